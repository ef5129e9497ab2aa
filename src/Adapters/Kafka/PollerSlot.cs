namespace Dispatcher.Adapters.Kafka;

/// <summary>One poller of a mapping and what it reads. Changed by whoever has the turn of <see cref="KafkaPollers"/>.</summary>
/// <param name="number">0 for the first; no two that live at a time have the same.</param>
/// <param name="poller">The poller.</param>
internal sealed class PollerSlot(int number, KafkaPoller poller)
{
    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>The poller.</summary>
    public KafkaPoller Poller => poller;

    /// <summary>Its partitions.</summary>
    public List<OpenPartition> Partitions { get; } = [];
}
