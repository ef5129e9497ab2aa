using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Kafka;

/// <content>Log messages.</content>
internal sealed partial class KafkaHealth
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        EventName = "KafkaClientError",
        Message = "Kafka client of mapping {Mapping}: {Code}: {Reason} ({Untold} more of it since it was last logged)")]
    private partial void LogError(string mapping, ErrorCode code, string reason, int untold);

    [LoggerMessage(
        Level = LogLevel.Information,
        EventName = "KafkaClusterBack",
        Message = "Kafka client of mapping {Mapping}: the cluster answers again after {Seconds:0.0} s and {Reports} error reports")]
    private partial void LogUp(string mapping, double seconds, int reports);

    [LoggerMessage(
        Level = LogLevel.Warning,
        EventName = "KafkaClientRebuilt",
        Message = "Kafka client of mapping {Mapping} failed for good; a new one is made ({Untold} more times since this was last logged)")]
    private partial void LogRebuild(string mapping, int untold);

    [LoggerMessage(
        Level = LogLevel.Warning,
        EventName = "KafkaPollersNotScaled",
        Message = "the number of Kafka pollers of mapping {Mapping} could not be changed and will be again: {Reason} ({Untold} more times since this was last logged)")]
    private partial void LogNotScaled(string mapping, string reason, int untold);

    [LoggerMessage(EventName = "KafkaClient", Message = "Kafka client of mapping {Mapping}: {Facility}: {Text} ({Untold} more held back)")]
    private partial void LogClient(LogLevel level, string mapping, string facility, string text, int untold);
}
