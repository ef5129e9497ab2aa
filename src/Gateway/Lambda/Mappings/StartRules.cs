using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>
/// Where reading begins: needed for streams and Kafka, refused for SQS queues, free for RabbitMQ (AWS refuses it there, but
/// a RabbitMQ stream can be read from anywhere; other queues do not heed it). It cannot be changed later.
/// </summary>
internal static class StartRules
{
    private const string AtTimestamp = "AT_TIMESTAMP";

    /// <summary>Puts the starting position of a create request into the mapping.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var position = input.Text("StartingPosition");
        var timestamp = input.Time("StartingPositionTimestamp");
        if (context.Kind == SourceKind.Queue && (position ?? (object?)timestamp) is not null)
        {
            throw ServiceException.Invalid("StartingPosition is not valid for SQS event sources.");
        }

        if (position is null && context.Kind is (SourceKind.Stream or SourceKind.Kafka))
        {
            throw MappingErrors.Required("startingPosition");
        }

        CheckTimestamp(position, timestamp, context.NowMs);
        return config with { StartingPosition = position, StartingPositionTimestampMs = timestamp };
    }

    private static void CheckTimestamp(string? position, long? timestamp, long nowMs)
    {
        switch (position, timestamp)
        {
            case (AtTimestamp, null):
                throw ServiceException.Invalid("Need to specify a timestamp");
            case (not AtTimestamp, not null):
                throw ServiceException.Invalid("Timestamp only valid with StartingPosition AT_TIMESTAMP");
            case (_, < 0):
                throw ServiceException.Invalid("StartingPositionTimestamp cannot be before 1970.");
            case (_, { } at) when at > nowMs:
                throw ServiceException.Invalid("StartingPositionTimestamp cannot be in the future.");
            default:
                return;
        }
    }
}
