namespace Dispatcher.Contracts.Store;

/// <summary>One receive of one message.</summary>
/// <param name="Sequence">The message's place in the queue.</param>
/// <param name="Token">Tells this receive apart from others of the message; never 0.</param>
public readonly record struct QueueReceipt(long Sequence, long Token);
