using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Kafka;

/// <content>Log messages.</content>
internal sealed partial class KafkaPoller
{
    [LoggerMessage(Level = LogLevel.Warning, EventName = "KafkaClientError", Message = "Kafka client: {Code}: {Reason}")]
    private partial void LogClientError(ErrorCode code, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning, EventName = "KafkaClientRebuilt", Message = "The Kafka client failed for good; a new one is made")]
    private partial void LogRebuild();
}
