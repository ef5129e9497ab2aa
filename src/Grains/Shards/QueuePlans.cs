using Dispatcher.Contracts;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Shards;

/// <summary>What is different for queues that take failed messages back.</summary>
internal static class QueuePlans
{
    /// <summary>Batches that one provisioned poller of a queue runs at a time (SQS: 10 concurrent invocations).</summary>
    private const int BatchesOfAPoller = 10;

    /// <summary>
    /// Batches at a time: MaximumConcurrency, what the provisioned pollers can do, ParallelizationFactor, or
    /// <see cref="Limits.QueueConcurrency"/>; the first that is given.
    /// </summary>
    public static int Lanes(MappingConfig config, SourceTraits traits)
        => !traits.TakesBack ? config.ParallelizationFactor
            : config.MaximumConcurrency is { } maximum ? maximum
            : config.ProvisionedPollers?.Maximum is { } pollers ? Math.Min(pollers * BatchesOfAPoller, Limits.ParallelizationFactor)
            : config.ParallelizationFactor > 1 ? config.ParallelizationFactor
            : Limits.QueueConcurrency;

    /// <summary>
    /// Whether failed messages go back to the queue, whose redrive policy counts. A mapping with a limit of its own (retries or
    /// age, which AWS does not have for queues) keeps them until they succeed or are given up.
    /// </summary>
    public static bool ReturnsFailed(MappingConfig config, SourceTraits traits)
        => traits.TakesBack && config is { MaximumRetryAttempts: -1, MaximumRecordAgeSeconds: -1 };

    /// <summary>What can run now: other receivers of the queue shall get the rest.</summary>
    public static int? MaximumPending(MappingConfig config, SourceTraits traits)
        => traits.TakesBack ? (int)Math.Min((long)Lanes(config, traits) * config.BatchSize, Limits.ShardBufferRecords * 20L) : null;
}
