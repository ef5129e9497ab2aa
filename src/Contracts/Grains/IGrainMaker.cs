using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Grains;

/// <summary>
/// Makes the plain grain objects for whoever hosts them. A host calls a grain one call at a time (a turn lasts until the
/// call's task ends) and disposes it (<see cref="IAsyncDisposable"/>) when it lets go of it.
/// </summary>
public interface IGrainMaker
{
    /// <summary>A mapping's grain.</summary>
    IMappingGrain Mapping(MappingId id);

    /// <summary>A shard's grain. Disposing it lets batches in flight end and saves the checkpoint, as StopAsync does.</summary>
    IShardGrain Shard(ShardKey key);

    /// <summary>A function's grain.</summary>
    IFunctionGrain Function(string name);
}
