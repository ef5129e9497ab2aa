using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Silo.Tests.Local;

internal sealed class FakeShard(ConcurrentQueue<string> disposed) : IShardGrain, IAsyncDisposable
{
    public Task StartAsync(MappingConfig config, CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<ShardStatus> StatusAsync(CancellationToken cancellation)
        => Task.FromResult(new ShardStatus("s", true, 0, null, 0, []));

    public ValueTask DisposeAsync()
    {
        disposed.Enqueue("shard");
        return ValueTask.CompletedTask;
    }
}
