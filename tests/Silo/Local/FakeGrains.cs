using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Silo.Tests.Local;

/// <summary>Makes fake grains and remembers them and the order in which they were disposed.</summary>
internal sealed class FakeGrains : IGrainMaker
{
    public ConcurrentQueue<FakeMapping> Mappings { get; } = new();

    public ConcurrentQueue<string> Disposed { get; } = new();

    public IMappingGrain Mapping(MappingId id)
    {
        var grain = new FakeMapping(Disposed);
        Mappings.Enqueue(grain);
        return grain;
    }

    public IShardGrain Shard(ShardKey key) => new FakeShard(Disposed);

    public IFunctionGrain Function(string name) => new FakeFunction(Disposed);
}
