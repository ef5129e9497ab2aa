namespace Dispatcher.Contracts.Streams;

/// <summary>How the put of one record ended.</summary>
/// <param name="Shard">The shard that holds it; null where it was not stored.</param>
/// <param name="Position">Its position in the shard.</param>
/// <param name="Error">Why it was not stored; null where it is durable.</param>
public readonly record struct StreamPutResult(string? Shard, long Position, string? Error = null);
