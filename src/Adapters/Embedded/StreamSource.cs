using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>An embedded stream as the source of a mapping.</summary>
internal sealed class StreamSource(string name, IStreams streams, IRecordLogStore logs) : ISource
{
    private static readonly SourceTraits Traits = new(SourceKind.Stream, Ordered: true, BrokerKeepsPosition: false);

    public ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation) => new(Traits);

    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        var stream = await FindAsync(cancellation);
        var known = stream.Shards.Select(one => one.Id).ToHashSet();
        return [.. stream.Shards.Select(one => new ShardInfo(one.Id, [.. one.Parents.Where(known.Contains)]) { First = one.FirstPosition })];
    }

    public async ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation)
    {
        var stream = await FindAsync(cancellation);
        var log = stream.LogOf(shard);
        var bounds = await GuardAsync(() => logs.BoundsAsync(log, cancellation))
            ?? throw new SourceException(SourceErrorKind.Configuration, $"Shard {shard} of stream {name} not found");
        return at switch
        {
            StartAt.TrimHorizon => bounds.First,
            StartAt.Latest => bounds.Next,
            StartAt.AtTimestamp since => await GuardAsync(() => logs.FindAsync(log, since.Time.ToUnixTimeMilliseconds(), cancellation)),
            _ => throw new ArgumentOutOfRangeException(nameof(at), at, "unknown starting position"),
        };
    }

    public async ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
        => new StreamShardReader(this, logs, (await FindAsync(cancellation)).LogOf(shard), shard, next);

    public async ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation)
    {
        var stream = await FindAsync(cancellation);
        var waiting = 0L;
        foreach (var shard in stream.Shards)
        {
            if (await GuardAsync(() => logs.BoundsAsync(stream.LogOf(shard.Id), cancellation)) is { } bounds)
            {
                waiting += Math.Max(0, bounds.Next - Math.Max(bounds.First, done.GetValueOrDefault(shard.Id)?.Next ?? 0));
            }
        }

        return waiting;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// What a shard whose log is gone is read from now: null where it was forgotten because all its records had passed their
    /// retention, another log where the stream was made anew, whose positions are above the old ones.
    /// </summary>
    /// <exception cref="SourceException">There is no such stream, or the new one has no such shard.</exception>
    public async ValueTask<string?> FollowAsync(string log, string shard, CancellationToken cancellation)
    {
        var stream = await FindAsync(cancellation);
        var (now, exists) = (stream.LogOf(shard), stream.Shards.Any(one => one.Id == shard));
        return now == log && !exists ? null
            : now != log && exists ? now
            : throw NotFound();
    }

    /// <summary>Turns a failure of the store into one of the source, which the shard tries again.</summary>
    public static async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreException error)
        {
            throw new SourceException(SourceErrorKind.Unavailable, error.Message, error);
        }
    }

    private async ValueTask<StreamConfig> FindAsync(CancellationToken cancellation)
        => await GuardAsync(() => streams.FindAsync(name, cancellation)) ?? throw NotFound();

    private SourceException NotFound() => new(SourceErrorKind.Configuration, $"Stream {name} not found");
}
