using System.Text;

namespace Dispatcher.Contracts.Queues;

/// <summary>A message to send.</summary>
/// <param name="Body">Its text.</param>
public sealed record QueueSend(string Body)
{
    /// <summary>Message attributes, by name.</summary>
    public IReadOnlyDictionary<string, QueueAttribute> Attributes { get; init; } = new Dictionary<string, QueueAttribute>();

    /// <summary>The system attribute AWSTraceHeader; null without.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>Seconds before it is visible; null: as the queue says. FIFO queues know no delay of a message's own.</summary>
    public int? DelaySeconds { get; init; }

    /// <summary>MessageGroupId; needed for FIFO queues.</summary>
    public string? Group { get; init; }

    /// <summary>MessageDeduplicationId; null without.</summary>
    public string? Deduplication { get; init; }

    /// <summary>
    /// True for what is sent here and not by a caller (on-failure records, dead letters): the queue's limits of size do not apply,
    /// because a refusal could not be answered by a smaller message.
    /// </summary>
    public bool AnySize { get; init; }

    /// <summary>Bytes as the limit of messages counts them: body, names, types and values of attributes.</summary>
    public long Size
    {
        get
        {
            long size = Encoding.UTF8.GetByteCount(Body);
            foreach (var (name, attribute) in Attributes)
            {
                size += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(attribute.DataType)
                    + (attribute.Binary?.Length ?? Encoding.UTF8.GetByteCount(attribute.Text ?? ""));
            }

            return size;
        }
    }
}
