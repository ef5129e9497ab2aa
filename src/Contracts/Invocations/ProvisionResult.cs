namespace Dispatcher.Contracts.Invocations;

/// <summary>What came of keeping workers ready.</summary>
/// <param name="Ready">How many are ready.</param>
/// <param name="Error">Why there are not more; null where nothing failed.</param>
public sealed record ProvisionResult(int Ready, string? Error = null);
