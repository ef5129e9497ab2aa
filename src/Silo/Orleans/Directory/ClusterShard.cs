using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Silo.Orleans.Directory;

/// <summary>A shard's grain as its callers see it.</summary>
internal sealed class ClusterShard(IShardGrain grain, ClusterCall calls) : IShardGrain
{
    /// <inheritdoc/>
    public Task StartAsync(MappingConfig config, CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.StartAsync(config, cancellation), cancellation);

    /// <summary>Waits for batches in flight, so it can take as long as a function may run.</summary>
    public Task StopAsync(CancellationToken cancellation)
        => calls.LongAsync(() => grain.StopAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public Task<ShardStatus> StatusAsync(CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.StatusAsync(cancellation), cancellation);
}
