using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>What happens to batches that fail: retries, age, bisect, destination. Open to every source here.</summary>
internal static class FailureRules
{
    /// <summary>Seconds of the shortest record age (Lambda: 60).</summary>
    private const int MinimumRecordAge = 60;

    /// <summary>Retries of a Kafka mapping with a destination and no limit: AWS applies 10, so that the destination is ever reached.</summary>
    private const int KafkaRetries = 10;

    /// <summary>Puts what the request gives into the mapping and checks the whole.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var changed = config with
        {
            MaximumRetryAttempts = input.Number("MaximumRetryAttempts") ?? config.MaximumRetryAttempts,
            MaximumRecordAgeSeconds = input.Number("MaximumRecordAgeInSeconds") ?? config.MaximumRecordAgeSeconds,
            BisectBatchOnFunctionError = input.Flag("BisectBatchOnFunctionError") ?? config.BisectBatchOnFunctionError,
            OnFailureDestination = DestinationRules.Read(input, config, context.Kind),
        };
        if (changed.MaximumRecordAgeSeconds is not -1 and < MinimumRecordAge)
        {
            throw ServiceException.Invalid(
                "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)");
        }

        var endless = changed is { MaximumRetryAttempts: -1, OnFailureDestination: not null };
        return endless && context.Kind == SourceKind.Kafka ? changed with { MaximumRetryAttempts = KafkaRetries } : changed;
    }
}
