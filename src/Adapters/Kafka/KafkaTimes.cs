using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Kafka;

/// <summary>How long things take at most, and how often they happen.</summary>
internal static class KafkaTimes
{
    /// <summary>The longest wait for one answer of the cluster (metadata, offsets, a commit).</summary>
    public static readonly TimeSpan Request = TimeSpan.FromMilliseconds(Limits.KafkaRequestMs);

    /// <summary>The shortest time between two commits of one mapping: lag tools look less often, brokers have more to do.</summary>
    public static readonly TimeSpan CommitPace = TimeSpan.FromMilliseconds(100);

    /// <summary>The time before a failed commit is tried again, and before a consumer is built again.</summary>
    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between two log lines about the same trouble.</summary>
    public static readonly TimeSpan LogPace = TimeSpan.FromMilliseconds(Limits.RepeatedLogMs);

    /// <summary>The time between two looks at whether more pollers are wanted.</summary>
    public static readonly TimeSpan ScalePace = TimeSpan.FromSeconds(1);

    /// <summary>How long fewer pollers must be wanted before some end: a client costs more to begin than to keep.</summary>
    public static readonly TimeSpan ScaleDown = TimeSpan.FromMinutes(1);

    /// <summary>Milliseconds that the poll thread waits in the client: opening and closing a shard wait as long at most.</summary>
    public const int PollMs = 100;

    /// <summary>The same while a partition is paused, which is to be resumed soon.</summary>
    public const int PausedPollMs = 10;

    /// <summary>How long a message for an on-failure topic may take to be confirmed before it counts as failed.</summary>
    public static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(Limits.KafkaDeliveryMs);
}
