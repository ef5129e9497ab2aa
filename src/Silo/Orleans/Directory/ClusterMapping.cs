using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Orleans.Directory;

/// <summary>A mapping's grain as its callers see it.</summary>
internal sealed class ClusterMapping(IMappingGrain grain, ClusterCall calls) : IMappingGrain
{
    /// <inheritdoc/>
    public Task ReconcileAsync(CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.ReconcileAsync(cancellation), cancellation);

    /// <inheritdoc/>
    public Task ShardEndedAsync(string shard, CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.ShardEndedAsync(shard, cancellation), cancellation);

    /// <inheritdoc/>
    public Task ReportAsync(string lastProcessingResult, CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.ReportAsync(lastProcessingResult, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<MappingStatus> StatusAsync(CancellationToken cancellation)
        => calls.RepeatAsync(() => grain.StatusAsync(cancellation), cancellation);
}
