using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Shards;

/// <summary>One shard of one mapping. All its work is done by the run that it owns; calls are handed to the run's loop.</summary>
internal sealed class ShardGrain(ShardKey key, ShardParts parts) : IShardGrain, IDroppable, IAsyncDisposable
{
    private ShardRun? _run;

    /// <inheritdoc/>
    public bool CanBeDropped => _run is null or { Ended: true };

    /// <inheritdoc/>
    public async Task StartAsync(MappingConfig config, CancellationToken cancellation)
    {
        if (_run is { } run && await run.TryConfigureAsync(config, cancellation))
        {
            return;
        }

        await StopAsync(cancellation);
        _run = ShardRun.Start(key, config, parts);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_run is { } run)
        {
            await run.StopAsync(cancellation);
            _run = null;
        }
    }

    /// <inheritdoc/>
    public Task<ShardStatus> StatusAsync(CancellationToken cancellation)
        => _run?.StatusAsync(cancellation) ?? Task.FromResult(new ShardStatus(key.Shard, false, 0, null, 0, []));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);
}
