using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>A message in flight in this process.</summary>
/// <param name="queueId">Its queue.</param>
/// <param name="receipt">Its receipt.</param>
/// <param name="receivedMs">Milliseconds since 1970 at which it was received.</param>
/// <param name="visibilityMs">The queue's visibility timeout then.</param>
/// <param name="hideMs">For how long it is hidden at a time.</param>
internal sealed class HeldMessage(string queueId, QueueReceipt receipt, long receivedMs, long visibilityMs, long hideMs)
{
    private long? _renewedMs;

    /// <summary>Its queue.</summary>
    public string QueueId => queueId;

    /// <summary>Its receipt.</summary>
    public QueueReceipt Receipt => receipt;

    /// <summary>For how long it is hidden at a time, milliseconds.</summary>
    public long HideMs => hideMs;

    /// <summary>True once it goes back to the queue.</summary>
    public bool Returned { get; set; }

    /// <summary>True where it goes back without the function having seen it: its group waits for one that failed.</summary>
    public bool Untried { get; set; }

    /// <summary>When it becomes visible after a failure: the queue's time after its receive, however long it was held.</summary>
    public long VisibleAgainMs => receivedMs + visibilityMs;

    /// <summary>Whether it is hidden for just that long already.</summary>
    public bool IsAsReceived => !Untried && _renewedMs is null && hideMs == visibilityMs;

    /// <summary>Whether a third of its time is over.</summary>
    public bool IsDue(long nowMs) => nowMs - (_renewedMs ?? receivedMs) >= hideMs / 3;

    /// <summary>It is hidden anew from now on.</summary>
    public void Renewed(long nowMs) => _renewedMs = nowMs;
}
