namespace Dispatcher.Contracts.Store;

/// <summary>One stored document.</summary>
/// <param name="Key">Its key inside its kind.</param>
/// <param name="Revision">1 at creation, one more with every write.</param>
/// <param name="Body">JSON in UTF-8.</param>
public sealed record Document(string Key, long Revision, ReadOnlyMemory<byte> Body);
