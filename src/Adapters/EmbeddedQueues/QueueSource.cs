using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>An embedded queue as the source of a mapping: one shard, whose lanes are what runs at a time.</summary>
internal sealed class QueueSource(string name, IQueues queues, IQueueStore store, TimeProvider time, ILogger<QueueSource> logger) : ISource
{
    public ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation)
    {
        var fifo = name.EndsWith(".fifo", StringComparison.Ordinal);
        return new(new SourceTraits(SourceKind.Queue, Ordered: fifo, BrokerKeepsPosition: true) { TakesBack = true });
    }

    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        await GetAsync(queues, name, cancellation);
        return [new ShardInfo(name)];
    }

    public ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation) => new(0);

    public async ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
    {
        await GetAsync(queues, name, cancellation);
        return new QueueReader(name, next, queues, store, time, logger);
    }

    public async ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation)
    {
        var queue = await GetAsync(queues, name, cancellation);
        try
        {
            return (await store.CountAsync(queue.Id, cancellation)).Visible;
        }
        catch (StoreException error)
        {
            throw new SourceException(SourceErrorKind.Unavailable, error.Message, error);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The queue.</summary>
    /// <exception cref="SourceException">There is none, or the store is away.</exception>
    public static async ValueTask<QueueConfig> GetAsync(IQueues queues, string name, CancellationToken cancellation)
    {
        try
        {
            return await queues.FindAsync(name, cancellation)
                ?? throw new SourceException(SourceErrorKind.Configuration, $"Queue {name} not found");
        }
        catch (StoreException error)
        {
            throw new SourceException(SourceErrorKind.Unavailable, error.Message, error);
        }
    }
}
