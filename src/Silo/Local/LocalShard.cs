using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Silo.Local;

/// <summary>A shard's grain as its callers see it.</summary>
internal sealed class LocalShard(Activations<ShardKey, IShardGrain> grains, ShardKey key) : IShardGrain
{
    /// <inheritdoc/>
    public Task StartAsync(MappingConfig config, CancellationToken cancellation)
        => grains.CallAsync(key, grain => grain.StartAsync(config, cancellation), cancellation);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellation)
        => grains.CallAsync(key, grain => grain.StopAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public Task<ShardStatus> StatusAsync(CancellationToken cancellation)
        => grains.CallAsync(key, grain => grain.StatusAsync(cancellation), cancellation);
}
