using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Silo.Local;

/// <summary>All grains in this process: a dictionary of activations and a turn per key, nothing more.</summary>
internal sealed class LocalGrainDirectory : IGrainDirectory
{
    private readonly Activations<MappingId, IMappingGrain> _mappings;
    private readonly Activations<ShardKey, IShardGrain> _shards;
    private readonly Activations<string, IFunctionGrain> _functions;

    /// <summary>A directory that makes its grains with these.</summary>
    public LocalGrainDirectory(Lazy<IGrainMaker> make)
    {
        _mappings = new(id => make.Value.Mapping(id));
        _shards = new(key => make.Value.Shard(key));
        _functions = new(name => make.Value.Function(name));
    }

    /// <summary>How many grains are in memory.</summary>
    public int Count => _mappings.Count + _shards.Count + _functions.Count;

    /// <inheritdoc/>
    public IMappingGrain Mapping(MappingId id) => new LocalMapping(_mappings, id);

    /// <inheritdoc/>
    public IShardGrain Shard(ShardKey key) => new LocalShard(_shards, key);

    /// <inheritdoc/>
    public IFunctionGrain Function(string name) => new LocalFunction(_functions, name);

    /// <summary>
    /// Ends all grains: first the mappings, so that nobody starts shards any more; then the shards, which let their batches
    /// end and save their checkpoints; the functions last, because running batches hold their permits.
    /// </summary>
    public async Task CloseAsync()
    {
        await _mappings.CloseAsync();
        await _shards.CloseAsync();
        await _functions.CloseAsync();
    }
}
