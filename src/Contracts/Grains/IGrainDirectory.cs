using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Grains;

/// <summary>Finds grains, wherever they live. Grains are made by the first call.</summary>
public interface IGrainDirectory
{
    /// <summary>The grain of a mapping.</summary>
    IMappingGrain Mapping(MappingId id);

    /// <summary>The grain of a shard.</summary>
    IShardGrain Shard(ShardKey key);

    /// <summary>The grain of a function.</summary>
    IFunctionGrain Function(string name);
}
