namespace Dispatcher.Gateway.Sqs;

/// <summary>Names of attributes that callers may ask for.</summary>
internal static class SqsNames
{
    /// <summary>Attributes of queues.</summary>
    public static readonly IReadOnlySet<string> QueueAttributes = new HashSet<string>
    {
        "Policy", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod", "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible", "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
        "ApproximateNumberOfMessagesDelayed", "DelaySeconds", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "FifoQueue",
        "ContentBasedDeduplication", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "DeduplicationScope",
        "FifoThroughputLimit", "RedriveAllowPolicy", "SqsManagedSseEnabled",
    };

    /// <summary>System attributes of messages.</summary>
    public static readonly IReadOnlySet<string> MessageAttributes = new HashSet<string>
    {
        "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp", "SequenceNumber",
        "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
    };
}
