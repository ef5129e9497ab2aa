using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Silo.Local;

/// <summary>A mapping's grain as its callers see it.</summary>
internal sealed class LocalMapping(Activations<MappingId, IMappingGrain> grains, MappingId id) : IMappingGrain
{
    /// <inheritdoc/>
    public Task ReconcileAsync(CancellationToken cancellation)
        => grains.CallAsync(id, grain => grain.ReconcileAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public Task ShardEndedAsync(string shard, CancellationToken cancellation)
        => grains.CallAsync(id, grain => grain.ShardEndedAsync(shard, cancellation), cancellation);

    /// <inheritdoc/>
    public Task ReportAsync(string lastProcessingResult, CancellationToken cancellation)
        => grains.CallAsync(id, grain => grain.ReportAsync(lastProcessingResult, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<MappingStatus> StatusAsync(CancellationToken cancellation)
        => grains.CallAsync(id, grain => grain.StatusAsync(cancellation), cancellation);
}
