using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Functions;
using Dispatcher.Grains.Mappings;
using Dispatcher.Grains.Shards;

namespace Dispatcher.Grains;

/// <summary>Makes the grains for whoever hosts them.</summary>
internal sealed class GrainMaker(MappingParts mappings, ShardParts shards, IStore store, DispatcherConfig config, TimeProvider time, IEnumerable<ISilos> silos) : IGrainMaker
{
    /// <inheritdoc/>
    public IMappingGrain Mapping(MappingId id) => new MappingGrain(id, mappings);

    /// <inheritdoc/>
    public IShardGrain Shard(ShardKey key) => new ShardGrain(key, shards);

    /// <inheritdoc/>
    public IFunctionGrain Function(string name) => new FunctionGrain(name, store, silos.FirstOrDefault(), config, time);
}
