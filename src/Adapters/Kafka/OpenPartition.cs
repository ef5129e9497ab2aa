namespace Dispatcher.Adapters.Kafka;

/// <summary>A partition that is read, and the poller that reads it now.</summary>
internal sealed class OpenPartition(PartitionBuffer buffer, PollerSlot slot)
{
    private volatile PollerSlot _slot = slot;

    /// <summary>What was read and not yet taken.</summary>
    public PartitionBuffer Buffer => buffer;

    /// <summary>Its poller. Another one is set before that begins to read, so that it sees all that was taken until then.</summary>
    public PollerSlot Slot
    {
        get => _slot;
        set => _slot = value;
    }
}
