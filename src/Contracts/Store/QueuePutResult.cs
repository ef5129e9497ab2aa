namespace Dispatcher.Contracts.Store;

/// <summary>A stored message, or the one that it is a duplicate of.</summary>
/// <param name="Id">The id of the message that is stored.</param>
/// <param name="Sequence">Its place in the queue; rises with every message.</param>
/// <param name="SentMs">Milliseconds since 1970 at which this call came.</param>
/// <param name="Duplicate">True where nothing was stored.</param>
public readonly record struct QueuePutResult(Guid Id, long Sequence, long SentMs, bool Duplicate);
