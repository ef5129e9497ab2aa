namespace Dispatcher.Contracts.Store;

/// <summary>A received message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Receipt">By which it is deleted, or hidden for longer.</param>
/// <param name="Body">Its body, UTF-8.</param>
/// <param name="Attributes">What the queue service kept with it.</param>
public sealed record QueueMessage(Guid Id, QueueReceipt Receipt, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Attributes)
{
    /// <summary>The message group; null without.</summary>
    public string? Group { get; init; }

    /// <summary>Milliseconds since 1970 at which it was sent.</summary>
    public long SentMs { get; init; }

    /// <summary>Receives so far, this one included.</summary>
    public int Receives { get; init; }

    /// <summary>Milliseconds since 1970 of the first receive.</summary>
    public long FirstReceiveMs { get; init; }

    /// <summary>Where it came from as a dead letter; null for all others.</summary>
    public string? Origin { get; init; }
}
