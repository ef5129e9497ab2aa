namespace Dispatcher.Contracts.Store;

/// <summary>A typed document as it was read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Value">Its value.</param>
public sealed record Stored<T>(string Key, long Revision, T Value)
    where T : class;
