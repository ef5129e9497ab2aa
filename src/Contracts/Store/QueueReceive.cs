namespace Dispatcher.Contracts.Store;

/// <summary>How messages are received.</summary>
/// <param name="Maximum">How many at most, 1 or more.</param>
/// <param name="HideMs">Milliseconds for which they are hidden then.</param>
/// <param name="Fifo">
/// True: messages of a group come in their order, and none while another one of the group is in flight.
/// </param>
public sealed record QueueReceive(int Maximum, long HideMs, bool Fifo)
{
    /// <summary>Messages sent before this time (milliseconds since 1970) are removed instead.</summary>
    public long SentAfterMs { get; init; }

    /// <summary>Where messages go that were received too often; null: nowhere.</summary>
    public QueueDeadLetter? DeadLetter { get; init; }
}
