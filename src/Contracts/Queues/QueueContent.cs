namespace Dispatcher.Contracts.Queues;

/// <summary>What is kept beside a message's body; the stored form is this as JSON.</summary>
public sealed record QueueContent
{
    /// <summary>Message attributes, by name.</summary>
    public IReadOnlyDictionary<string, QueueAttribute> Attributes { get; init; } = new Dictionary<string, QueueAttribute>();

    /// <summary>AWSTraceHeader; null without.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>MessageDeduplicationId of a message in a FIFO queue; null elsewhere.</summary>
    public string? Deduplication { get; init; }

    /// <summary>MD5 of the body, lower-case hex.</summary>
    public required string BodyMd5 { get; init; }

    /// <summary>MD5 of the message attributes; null without any.</summary>
    public string? AttributesMd5 { get; init; }
}
