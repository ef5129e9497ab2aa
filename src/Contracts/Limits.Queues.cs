namespace Dispatcher.Contracts;

// Limits of embedded queues.
public static partial class Limits
{
    /// <summary>Milliseconds in which a deduplication id means the same message (SQS: 5 minutes).</summary>
    public const int QueueDeduplicationMs = 300_000;

    /// <summary>
    /// Messages at the head of a FIFO queue among which one is looked for whose group is free (SQS: 120,000; theirs is a
    /// fleet): bounds what a receive costs where one group has a long queue.
    /// </summary>
    public const int QueueFifoScan = 20_000;

    /// <summary>Messages that one transaction of the store moves to a dead-letter queue, removes or moves back: a few milliseconds.</summary>
    public const int QueueSweep = 500;

    /// <summary>Bytes of a message, body and attributes (SQS: 1 MiB since August 2025, 256 KiB before).</summary>
    public const int QueueMessageBytes = 1024 * 1024;

    /// <summary>Messages in one batch call and in one receive (SQS: 10).</summary>
    public const int QueueBatch = 10;

    /// <summary>Message attributes of one message (SQS: 10).</summary>
    public const int QueueMessageAttributes = 10;

    /// <summary>Seconds a message may be hidden (SQS: 12 hours).</summary>
    public const int QueueVisibilitySeconds = 43_200;

    /// <summary>Seconds a message may be delayed (SQS: 15 minutes).</summary>
    public const int QueueDelaySeconds = 900;

    /// <summary>Milliseconds between two purges of a queue (SQS: 60 s).</summary>
    public const int QueuePurgeMs = 60_000;

    /// <summary>Characters in the name of a queue (SQS: 80).</summary>
    public const int QueueNameLength = 80;

    /// <summary>Characters of a deduplication id or a message group (SQS: 128).</summary>
    public const int QueueMessageIdLength = 128;

    /// <summary>Characters in the name of a message's attribute (SQS: 256).</summary>
    public const int QueueAttributeNameLength = 256;

    /// <summary>Characters of the id of an entry in a batch call (SQS: 80).</summary>
    public const int QueueEntryIdLength = 80;

    /// <summary>Seconds a receive may wait (SQS: 20).</summary>
    public const int QueueWaitSeconds = 20;

    /// <summary>Receives after which a message is a dead letter, at most (SQS: 1,000).</summary>
    public const int QueueMaximumReceives = 1_000;

    /// <summary>Queues in one page of a list (SQS: 1,000).</summary>
    public const int QueuePage = 1_000;

    /// <summary>Bytes of a request body of the queue API: a full batch in base64 or percent encoding with everything around it.</summary>
    public const int QueueRequestBytes = 8 * 1024 * 1024;

    /// <summary>
    /// Batches of one queue mapping that run at a time where ScalingConfig.MaximumConcurrency does not say it. AWS begins with 5
    /// and grows; 10 keeps a machine busy without taking every worker from other functions.
    /// </summary>
    public const int QueueConcurrency = 10;

    /// <summary>Message move tasks of a queue that are remembered (SQS: 10).</summary>
    public const int QueueMoveTasks = 10;
}
