using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Contracts.Sources;

/// <summary>
/// Port of one mapping's source. One per mapping and silo: the shards share its connection. All methods throw
/// <see cref="SourceException"/> for what the source does; all can be called from any thread.
/// </summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>
    /// What the engine has to know. Asked before a shard's position is resolved; the source may have to look at the broker
    /// for it (a RabbitMQ queue may be a log), and never changes its answer once it gave one.
    /// </summary>
    ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation);

    /// <summary>The shards there are now. Called again from time to time to find new ones.</summary>
    ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation);

    /// <summary>
    /// The position at which a shard without a checkpoint begins. A Kafka group's own committed offset wins over
    /// <paramref name="at"/>.
    /// </summary>
    ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation);

    /// <summary>Opens a shard for reading from a position on. A position that was trimmed goes on at the oldest record.</summary>
    ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation);

    /// <summary>
    /// How many records wait, as the source says it now: those behind the checkpoints <paramref name="done"/> (of a shard without
    /// one: all), or, where the broker keeps the position, those that it has not handed out. Null where the source cannot tell.
    /// Never a guess: what cannot be asked throws.
    /// </summary>
    ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation);

    /// <summary>
    /// The mapping has changed in a way that needs no other connection: the source does what it can do about it while it is read.
    /// Called more than once with the same or an older one; returns at once.
    /// </summary>
    void Configure(MappingConfig changed)
    {
    }
}
