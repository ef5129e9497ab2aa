using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Orleans.Activations;
using Orleans;

namespace Dispatcher.Silo.Orleans.Directory;

/// <summary>Finds grains in the cluster, from a silo or from a client of it.</summary>
internal sealed class OrleansGrainDirectory(IGrainFactory grains, TimeProvider time) : IGrainDirectory
{
    private readonly ClusterCall _calls = new(time);

    /// <inheritdoc/>
    public IMappingGrain Mapping(MappingId id) => new ClusterMapping(grains.GetGrain<IMappingActivation>(id.ToString()), _calls);

    /// <inheritdoc/>
    public IShardGrain Shard(ShardKey key) => new ClusterShard(grains.GetGrain<IShardActivation>(key.ToString()), _calls);

    /// <summary>Not repeated by itself: the next report says what is so then.</summary>
    public IFunctionGrain Function(string name) => grains.GetGrain<IFunctionActivation>(name);
}
