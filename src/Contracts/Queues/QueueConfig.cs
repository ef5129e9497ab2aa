using System.Globalization;
using System.Text.Json.Serialization;

namespace Dispatcher.Contracts.Queues;

/// <summary>An embedded queue: the document behind GetQueueAttributes.</summary>
public sealed record QueueConfig
{
    /// <summary>1..80 of <c>[a-zA-Z0-9_-]</c>; a FIFO queue's name ends with <c>.fifo</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Tells a queue apart from an earlier one of the same name; the key of its messages.</summary>
    public required string Id { get; init; }

    /// <summary>Attributes as their owner set them; the defaults are not in here.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The queue's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Milliseconds since 1970.</summary>
    public long CreatedMs { get; init; }

    /// <summary>Milliseconds since 1970 of the last change of an attribute.</summary>
    public long ModifiedMs { get; init; }

    /// <summary>Milliseconds since 1970 of the last purge; 0 without one.</summary>
    public long PurgedMs { get; init; }

    /// <summary>Whether messages of a group keep their order.</summary>
    [JsonIgnore]
    public bool Fifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>Seconds a received message is hidden, 0..43200.</summary>
    [JsonIgnore]
    public int VisibilitySeconds => Number("VisibilityTimeout", 30);

    /// <summary>Seconds before a new message is visible, 0..900.</summary>
    [JsonIgnore]
    public int DelaySeconds => Number("DelaySeconds", 0);

    /// <summary>Seconds a message is kept, 60..1209600.</summary>
    [JsonIgnore]
    public int RetentionSeconds => Number("MessageRetentionPeriod", 345_600);

    /// <summary>Bytes of a message, body and attributes, 1024..1048576.</summary>
    [JsonIgnore]
    public int MaximumBytes => Number("MaximumMessageSize", Limits.QueueMessageBytes);

    /// <summary>Seconds a receive waits that says nothing else, 0..20.</summary>
    [JsonIgnore]
    public int WaitSeconds => Number("ReceiveMessageWaitTimeSeconds", 0);

    /// <summary>Whether the body's digest is the deduplication id of a message without one (FIFO queues).</summary>
    [JsonIgnore]
    public bool ContentDeduplication => Attributes.GetValueOrDefault("ContentBasedDeduplication") == "true";

    /// <summary>Whether a deduplication id counts inside of its message group only.</summary>
    [JsonIgnore]
    public bool DeduplicatesPerGroup => Attributes.GetValueOrDefault("DeduplicationScope") == "messageGroup";

    /// <summary>Where messages go that were received too often; null: nowhere.</summary>
    [JsonIgnore]
    public RedrivePolicy? Redrive
        => Attributes.GetValueOrDefault("RedrivePolicy") is { Length: > 0 } text && RedrivePolicy.TryParse(text, out var policy) ? policy : null;

    private int Number(string name, int otherwise)
        => Attributes.TryGetValue(name, out var text)
            && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
