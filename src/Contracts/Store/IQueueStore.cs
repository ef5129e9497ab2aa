namespace Dispatcher.Contracts.Store;

/// <summary>
/// Messages of embedded queues, by the id of their queue. Nothing here knows attributes of queues: how long a message is
/// hidden, when it is a dead letter and what is too old comes with each call, so that a store is one table and a clock.
/// What a method reports is durable. Receivers of different processes may work on one queue side by side: no message is
/// given to two of them while it is hidden.
/// </summary>
public interface IQueueStore
{
    /// <summary>
    /// Stores messages in order, all or none. A message whose deduplication key was stored within
    /// <see cref="Limits.QueueDeduplicationMs"/> is not stored again; its result names the first one.
    /// </summary>
    ValueTask<IReadOnlyList<QueuePutResult>> PutAsync(string queue, IReadOnlyList<QueuePut> messages, CancellationToken cancellation);

    /// <summary>Stores messages in several queues, all or none. None of them has a group or a deduplication key.</summary>
    ValueTask PutAsync(IReadOnlyList<QueueParcel> parcels, CancellationToken cancellation);

    /// <summary>The ids of all queues with messages, hidden ones included, that begin with a prefix (of ASCII), in order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>
    /// Takes messages that are visible, hides them and counts the receive. Does not wait. Those that were received often enough
    /// go to the dead-letter queue in the same transaction, and those that are too old are removed.
    /// </summary>
    ValueTask<IReadOnlyList<QueueMessage>> ReceiveAsync(string queue, QueueReceive how, CancellationToken cancellation);

    /// <summary>
    /// Completes when a receive may bring something, also without a change: when a hidden or delayed message becomes visible.
    /// </summary>
    /// <param name="queue">The queue.</param>
    /// <param name="fifo">Whether messages of a group wait for those of it that are in flight.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask WaitAsync(string queue, bool fifo, CancellationToken cancellation);

    /// <summary>Removes received messages; one result for each receipt, in order.</summary>
    ValueTask<IReadOnlyList<QueueReceiptState>> DeleteAsync(
        string queue, IReadOnlyList<QueueReceipt> receipts, CancellationToken cancellation);

    /// <summary>Changes how long received messages stay hidden, from now on; one result for each, in order.</summary>
    ValueTask<IReadOnlyList<QueueReceiptState>> HideAsync(
        string queue, IReadOnlyList<QueueHide> changes, CancellationToken cancellation);

    /// <summary>How many messages there are.</summary>
    ValueTask<QueueCounts> CountAsync(string queue, CancellationToken cancellation);

    /// <summary>
    /// Moves visible messages to another queue, as new ones: with a new id, sent now, never received.
    /// </summary>
    /// <param name="from">Where they are.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="origin">Only those that came from this queue as dead letters (<see cref="QueueDeadLetter.Origin"/>); null: all.</param>
    /// <param name="maximum">How many at most.</param>
    /// <param name="cancellation">Stops it before it is begun.</param>
    /// <returns>How many were moved.</returns>
    ValueTask<int> MoveAsync(string from, string to, string? origin, int maximum, CancellationToken cancellation);

    /// <summary>The origins of the dead letters in a queue.</summary>
    ValueTask<IReadOnlyList<string>> OriginsAsync(string queue, CancellationToken cancellation);

    /// <summary>Removes messages that were sent before a time (milliseconds since 1970); long.MaxValue removes all. Returns how many.</summary>
    ValueTask<long> TrimAsync(string queue, long sentBeforeMs, CancellationToken cancellation);

    /// <summary>Removes everything of a queue: its messages and what it remembers of deduplication.</summary>
    ValueTask DeleteQueueAsync(string queue, CancellationToken cancellation);
}
