using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>What the RabbitMQ source writes to the log.</summary>
internal static partial class RabbitMqLog
{
    [LoggerMessage(EventName = "RabbitMqConsuming", Level = LogLevel.Information,
        Message = "Mapping {Mapping} consumes queue {Queue} as {Shard}")]
    public static partial void Consuming(ILogger log, string mapping, string shard, string queue);

    [LoggerMessage(EventName = "RabbitMqEnded", Level = LogLevel.Warning,
        Message = "Mapping {Mapping} lost consumer {Shard} and opens it again: {Reason}")]
    public static partial void Ended(ILogger log, string mapping, string shard, string reason);

    [LoggerMessage(EventName = "RabbitMqQueueFound", Level = LogLevel.Information,
        Message = "Mapping {Mapping} found queue {Queue} to be a {Kind}")]
    public static partial void Found(ILogger log, string mapping, string queue, QueueKind kind);
}
