namespace Dispatcher.Adapters.RabbitMq;

/// <summary>The two ways in which RabbitMQ keeps messages.</summary>
internal enum QueueKind
{
    /// <summary>Classic or quorum: the broker remembers what was acknowledged.</summary>
    Queue,

    /// <summary>A stream queue: a log with offsets; the reader remembers where it was.</summary>
    Stream,
}
