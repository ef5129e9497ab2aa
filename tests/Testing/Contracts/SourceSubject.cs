using Dispatcher.Contracts.Sources;

namespace Dispatcher.Testing.Contracts;

/// <summary>
/// One running source with an empty set of records, as <see cref="SourceContract"/> drives it. Shards are named by index: 0
/// is the first that the source lists. What a kind of source cannot show says so here, and its test is skipped by name.
/// </summary>
public abstract class SourceSubject : IAsyncDisposable
{
    /// <summary>The source under test.</summary>
    public abstract ISource Source { get; }

    /// <summary>Whether records carry the key they were put with (RabbitMQ: no).</summary>
    public virtual bool KeepsKeys => true;

    /// <summary>Whether a reader can be opened again at a position (a classic RabbitMQ queue: no).</summary>
    public virtual bool KeepsPositions => true;

    /// <summary>Whether the subject can have two shards that records are put to on purpose.</summary>
    public virtual bool HasTwoShards => true;

    /// <summary>Whether positions are found by time (librdkafka's mock broker: no).</summary>
    public virtual bool FindsByTime => true;

    /// <summary>Whether the source can tell how many records wait (a RabbitMQ stream: no).</summary>
    public virtual bool CountsWaiting => true;

    /// <summary>Whether shards can end for good.</summary>
    public virtual bool ShardsEnd => false;

    /// <summary>The source's name of a shard.</summary>
    public abstract string ShardId(int shard);

    /// <summary>Puts one record and returns when the source can deliver it.</summary>
    public abstract ValueTask PutAsync(int shard, string key, ReadOnlyMemory<byte> data);

    /// <summary>A time after all records so far and not after any later one.</summary>
    public virtual ValueTask<DateTimeOffset> MarkTimeAsync() => throw new NotSupportedException("FindsByTime is true, so this is needed");

    /// <summary>Ends a shard for good.</summary>
    public virtual ValueTask EndShardAsync(int shard) => throw new NotSupportedException("ShardsEnd is true, so this is needed");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens a shard at a starting position.</summary>
    public async ValueTask<IShardReader> OpenAsync(int shard, StartAt at, CancellationToken cancellation)
    {
        var next = await Source.ResolveAsync(ShardId(shard), at, cancellation);
        return await Source.OpenAsync(ShardId(shard), next, cancellation);
    }

    /// <summary>Text of a record's data.</summary>
    public static string Text(in Record record) => System.Text.Encoding.UTF8.GetString(record.Data.Span);
}
