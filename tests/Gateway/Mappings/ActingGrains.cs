using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>Grains that move a mapping's state at once, as the real one does in the end; held, they leave it moving.</summary>
internal sealed class ActingGrains(Catalog catalog) : IGrainDirectory
{
    /// <summary>The UUIDs that were reconciled, in order.</summary>
    public ConcurrentQueue<string> Reconciled { get; } = new();

    /// <summary>True: states stay as the API set them.</summary>
    public bool Held { get; set; }

    public IMappingGrain Mapping(MappingId id) => new Grain(this, id);

    public IShardGrain Shard(ShardKey key) => throw new NotSupportedException();

    public IFunctionGrain Function(string name) => throw new NotSupportedException();

    private async Task ActAsync(MappingId id, CancellationToken cancellation)
    {
        Reconciled.Enqueue(id.ToString());
        if (Held)
        {
            return;
        }

        var now = await catalog.Mappings.UpdateAsync(
            id.ToString(),
            found => found.State == MappingState.Deleting
                ? null
                : found with { State = found.Enabled ? MappingState.Enabled : MappingState.Disabled },
            cancellation);
        if (now?.State == MappingState.Deleting)
        {
            await catalog.Mappings.DeleteAsync(id.ToString(), cancellation);
        }
    }

    private sealed class Grain(ActingGrains owner, MappingId id) : IMappingGrain
    {
        public Task ReconcileAsync(CancellationToken cancellation) => owner.ActAsync(id, cancellation);

        public Task ShardEndedAsync(string shard, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ReportAsync(string lastProcessingResult, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<MappingStatus> StatusAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}
