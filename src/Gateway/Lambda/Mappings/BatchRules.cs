using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>How records become batches: size, window, lanes, tumbling window, answer type.</summary>
internal static class BatchRules
{
    /// <summary>Milliseconds that Kafka and RabbitMQ wait without a window of the owner's.</summary>
    private const int BrokerWindowMs = 500;

    /// <summary>The defaults of a source.</summary>
    public static MappingConfig Defaults(MappingConfig config, SourceKind kind) => config with
    {
        BatchSize = kind == SourceKind.Queue ? Limits.QueueBatch : 100,
        BatchingWindowMs = kind is SourceKind.Kafka or SourceKind.RabbitMq ? BrokerWindowMs : 0,
    };

    /// <summary>Puts what the request gives into the mapping and checks the whole.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        var window = input.Number("MaximumBatchingWindowInSeconds");
        var changed = config with
        {
            BatchSize = input.Number("BatchSize") ?? config.BatchSize,
            BatchingWindowMs = window * 1000 ?? config.BatchingWindowMs,
            BatchingWindowSet = config.BatchingWindowSet || window is not null,
            ParallelizationFactor = input.Number("ParallelizationFactor") ?? config.ParallelizationFactor,
            TumblingWindowSeconds = input.Number("TumblingWindowInSeconds") ?? config.TumblingWindowSeconds,
            ReportBatchItemFailures = input.Texts("FunctionResponseTypes") is { } types ? types.Count > 0 : config.ReportBatchItemFailures,
        };
        Check(changed, context);
        return changed;
    }

    private static void Check(MappingConfig config, MappingContext context)
    {
        if (config.ParallelizationFactor > context.MaximumParallelizationFactor)
        {
            throw MappingErrors.AboveMaximum(
                "parallelizationFactor", config.ParallelizationFactor, context.MaximumParallelizationFactor);
        }

        if (context.Kind == SourceKind.Queue)
        {
            CheckQueue(config);
        }
    }

    // Streams take a batch above 10 without a window (their default is 100); the rule is one of queues only.
    private static void CheckQueue(MappingConfig config)
    {
        var fifo = MappingSource.IsFifo(config);
        if (fifo && config.BatchingWindowMs > 0)
        {
            throw ServiceException.Invalid("Batching window is not supported for FIFO queues");
        }

        if (fifo && config.BatchSize > Limits.QueueBatch)
        {
            throw ServiceException.Invalid("Batch size must not be greater than 10 for FIFO queues");
        }

        if (config.BatchSize > Limits.QueueBatch && config.BatchingWindowMs == 0)
        {
            throw ServiceException.Invalid(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10");
        }
    }
}
