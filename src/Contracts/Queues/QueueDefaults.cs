using System.Globalization;

namespace Dispatcher.Contracts.Queues;

/// <summary>Attributes that a queue has without being told.</summary>
public static class QueueDefaults
{
    private static readonly Dictionary<string, string> s_all = new()
    {
        ["VisibilityTimeout"] = "30",
        ["MaximumMessageSize"] = Limits.QueueMessageBytes.ToString(CultureInfo.InvariantCulture),
        ["MessageRetentionPeriod"] = "345600",
        ["DelaySeconds"] = "0",
        ["ReceiveMessageWaitTimeSeconds"] = "0",
        ["SqsManagedSseEnabled"] = "true",
    };

    private static readonly Dictionary<string, string> s_fifo = new(s_all)
    {
        ["FifoQueue"] = "true",
        ["ContentBasedDeduplication"] = "false",
        ["DeduplicationScope"] = "queue",
        ["FifoThroughputLimit"] = "perQueue",
    };

    /// <summary>All attributes of a queue that its owner can set, with the defaults of those he did not.</summary>
    public static Dictionary<string, string> Merge(QueueConfig queue)
    {
        var merged = new Dictionary<string, string>(queue.Fifo ? s_fifo : s_all);
        foreach (var (name, value) in queue.Attributes)
        {
            merged[name] = value;
        }

        return merged;
    }
}
