using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Where reading begins: needed for streams and Kafka, unknown to queues. It cannot be changed later.</summary>
internal static class StartRules
{
    private const string AtTimestamp = "AT_TIMESTAMP";

    /// <summary>Puts the starting position of a create request into the mapping.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var position = input.Text("StartingPosition");
        var timestamp = input.Time("StartingPositionTimestamp");
        if (context.Kind is SourceKind.Queue or SourceKind.RabbitMq)
        {
            RefuseForQueues(position, timestamp, context.Kind);
            return config;
        }

        if (position is null)
        {
            throw MappingErrors.Required("startingPosition");
        }

        CheckTimestamp(position, timestamp, context.NowMs);
        return config with { StartingPosition = position, StartingPositionTimestampMs = timestamp };
    }

    private static void CheckTimestamp(string position, long? timestamp, long nowMs)
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

    private static void RefuseForQueues(string? position, long? timestamp, SourceKind kind)
    {
        if (position is null && timestamp is null)
        {
            return;
        }

        throw kind == SourceKind.Queue
            ? ServiceException.Invalid("StartingPosition is not valid for SQS event sources.")
            : MappingErrors.Unsupported(position is null ? "StartingPositionTimestamp" : "StartingPosition");
    }
}
