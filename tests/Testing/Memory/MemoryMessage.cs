using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

/// <summary>A message in memory.</summary>
internal sealed class MemoryMessage
{
    public required long Sequence { get; init; }

    public required Guid Id { get; set; }

    public required byte[] Body { get; init; }

    public required byte[] Attributes { get; init; }

    public required string? Group { get; init; }

    public required long VisibleMs { get; set; }

    public required long SentMs { get; set; }

    public long Token { get; set; }

    public bool Received { get; set; }

    public int Receives { get; set; }

    public long FirstMs { get; set; }

    public string? Origin { get; set; }

    /// <summary>Takes it out of sight and shows it to its receiver.</summary>
    public QueueMessage Take(long nowMs, long hideMs)
    {
        (VisibleMs, Token, Received, Receives) = (nowMs + hideMs, Token + 1, true, Receives + 1);
        FirstMs = FirstMs == 0 ? nowMs : FirstMs;
        return new QueueMessage(Id, new QueueReceipt(Sequence, Token), Body, Attributes)
        {
            Group = Group,
            SentMs = SentMs,
            Receives = Receives,
            FirstReceiveMs = FirstMs,
            Origin = Origin,
        };
    }

    /// <summary>What a receipt is good for.</summary>
    public QueueReceiptState StateOf(QueueReceipt receipt, long nowMs)
        => Token != receipt.Token || !Received ? QueueReceiptState.Stale
            : VisibleMs > nowMs ? QueueReceiptState.InFlight
            : QueueReceiptState.Visible;
}
