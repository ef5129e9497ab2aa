namespace Dispatcher.Contracts.Store;

/// <summary>What becomes of messages that nobody can deal with.</summary>
/// <param name="Queue">The id of the queue that they go to.</param>
/// <param name="MaximumReceives">Receives after which the next one moves a message.</param>
/// <param name="Origin">What the message remembers of where it came from (the ARN of its queue).</param>
public sealed record QueueDeadLetter(string Queue, int MaximumReceives, string Origin);
