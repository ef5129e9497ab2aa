namespace Dispatcher.Contracts.Store;

/// <summary>Messages for one queue, to be stored together with those for others.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Messages">The messages in order; none has a group or a deduplication key.</param>
public readonly record struct QueueParcel(string Queue, IReadOnlyList<QueuePut> Messages);
