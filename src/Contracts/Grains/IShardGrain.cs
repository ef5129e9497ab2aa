using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Contracts.Grains;

/// <summary>One shard of one mapping; the key is <c>uuid/shard</c>. Owns the lease, the polling, the lanes, the checkpoint.</summary>
public interface IShardGrain
{
    /// <summary>Starts to work with this configuration, or goes on with it where it runs already.</summary>
    Task StartAsync(MappingConfig config, CancellationToken cancellation);

    /// <summary>
    /// Stops reading, lets batches in flight end, saves the checkpoint and gives the shard up. Returns when that is done.
    /// </summary>
    Task StopAsync(CancellationToken cancellation);

    /// <summary>What the shard does now.</summary>
    Task<ShardStatus> StatusAsync(CancellationToken cancellation);
}
