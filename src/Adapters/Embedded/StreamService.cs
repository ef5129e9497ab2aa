using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>The embedded streams over a store.</summary>
internal sealed class StreamService(
    IStore store, StreamFinisher finisher, StreamPutter putter, StreamErrors errors, StreamIds ids) : IStreams
{
    private readonly DocumentTable<StreamConfig> _streams = new Catalog(store).Streams;

    public async ValueTask CreateAsync(StreamDraft stream, int shards, CancellationToken cancellation)
    {
        if (await finisher.FindAsync(stream.Name, cancellation) is not null)
        {
            throw errors.StreamExists(stream.Name);
        }

        await CheckLimitAsync(shards, cancellation);
        if (!await _streams.CreateAsync(stream.Name, New(stream, shards), cancellation))
        {
            throw errors.StreamExists(stream.Name);
        }

        await finisher.FindAsync(stream.Name, cancellation);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellation)
    {
        var id = (await GetAsync(name, cancellation)).Id;
        await _streams.UpdateAsync(name, one => one.Id == id ? one with { Status = "DELETING" } : null, cancellation);
        putter.Forget(name);
        await finisher.FindAsync(name, cancellation);
    }

    public async ValueTask<StreamConfig?> FindAsync(string name, CancellationToken cancellation)
        => (await finisher.FindAsync(name, cancellation))?.Value;

    public async ValueTask<StreamConfig> GetAsync(string name, CancellationToken cancellation)
        => await FindAsync(name, cancellation) ?? throw errors.StreamNotFound(name);

    public async ValueTask<IReadOnlyList<StreamConfig>> ListAsync(string? after, int maximum, CancellationToken cancellation)
        => [.. (await _streams.ListAsync("", after, maximum, cancellation)).Select(one => one.Value)];

    public async ValueTask<StreamConfig> ChangeAsync(
        string name, Func<StreamConfig, StreamConfig> change, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await FindStoredAsync(name, cancellation);
            var changed = change(found.Value);
            if (await _streams.ReplaceAsync(found, changed, cancellation))
            {
                return changed;
            }
        }
    }

    public async ValueTask SplitAsync(string name, string shard, UInt128 newStart, CancellationToken cancellation)
    {
        await GetAsync(name, cancellation);
        await CheckLimitAsync(1, cancellation);
        await ChangeAsync(name, one => Begin(one, Split(one, shard, newStart)), cancellation);
        await SettleAsync(name, cancellation);
    }

    public async ValueTask MergeAsync(string name, string shard, string adjacent, CancellationToken cancellation)
    {
        await ChangeAsync(name, one => Begin(one, Merge(one, shard, adjacent)), cancellation);
        await SettleAsync(name, cancellation);
    }

    public async ValueTask<StreamConfig> ResizeAsync(string name, int shards, CancellationToken cancellation)
    {
        await CheckLimitAsync(shards - ReshardPlan.Open(await GetAsync(name, cancellation)).Length, cancellation);
        StreamConfig? before = null;
        await ChangeAsync(name, one => Resize(before = one, shards), cancellation);
        await SettleAsync(name, cancellation);
        return before!;
    }

    public ValueTask PutAsync(
        string name, ReadOnlyMemory<StreamPut> records, Memory<StreamPutResult> results, CancellationToken cancellation)
        => putter.PutAsync(name, records, results, cancellation);

    private StreamConfig New(StreamDraft draft, int shards)
    {
        var (id, nowMs) = (ids.Next(), ids.NowMs());
        return new StreamConfig
        {
            Name = draft.Name,
            Id = id,
            Status = "CREATING",
            Mode = draft.Mode,
            CreatedMs = nowMs,
            Tags = draft.Tags,
            Opening = ReshardPlan.First(shards, StreamIds.FirstPosition(nowMs)),
        };
    }

    private IReadOnlyList<StreamShard> Split(StreamConfig stream, string shard, UInt128 newStart)
    {
        var found = OpenShard(stream, shard);
        return newStart > HashKeys.Parse(found.StartHash) && newStart < HashKeys.Parse(found.EndHash)
            ? ReshardPlan.Split(stream, found, newStart)
            : throw errors.BadSplit(stream.Name, found, newStart);
    }

    private IReadOnlyList<StreamShard> Merge(StreamConfig stream, string shard, string adjacent)
    {
        var (one, other) = (OpenShard(stream, shard), OpenShard(stream, adjacent));
        var (low, high) = HashKeys.Parse(one.StartHash) <= HashKeys.Parse(other.StartHash) ? (one, other) : (other, one);
        return low != high && HashKeys.Parse(low.EndHash) + 1 == HashKeys.Parse(high.StartHash)
            ? ReshardPlan.Merge(stream, low, high)
            : throw errors.NotAdjacent(stream.Name, shard, adjacent);
    }

    private StreamConfig Resize(StreamConfig stream, int target)
    {
        var present = ReshardPlan.Open(stream).Length;
        if (target == present)
        {
            throw errors.SameCount(stream.Name, target);
        }

        if (target > present * 2 || target * 2 < present)
        {
            throw errors.TooFar(stream.Name, present, target);
        }

        // a piece for each old and new shard, and as many again for the rounds that merge them
        return stream.Shards.Count + (2 * (present + target)) <= Limits.StreamShards
            ? stream with { Status = "UPDATING", TargetShards = target }
            : throw errors.StreamTooLong(stream.Name);
    }

    private StreamConfig Begin(StreamConfig stream, IReadOnlyList<StreamShard> opening)
        => stream.Shards.Count + opening.Count <= Limits.StreamShards
            ? stream with { Status = "UPDATING", Opening = opening }
            : throw errors.StreamTooLong(stream.Name);

    private StreamShard OpenShard(StreamConfig stream, string id)
    {
        var found = stream.Shards.FirstOrDefault(one => one.Id == id) ?? throw errors.ShardNotFound(stream.Name, id);
        return found.LastPosition is null ? found : throw errors.ShardClosed(stream.Name, id);
    }

    private async ValueTask SettleAsync(string name, CancellationToken cancellation)
    {
        await finisher.FindAsync(name, cancellation);
        putter.Forget(name);
    }

    private async ValueTask<Stored<StreamConfig>> FindStoredAsync(string name, CancellationToken cancellation)
        => await finisher.FindAsync(name, cancellation) ?? throw errors.StreamNotFound(name);

    private async ValueTask CheckLimitAsync(int more, CancellationToken cancellation)
    {
        var present = 0;
        await foreach (var stream in _streams.AllAsync(cancellation))
        {
            present += stream.Value.Shards.Count(one => one.LastPosition is null) + stream.Value.Opening.Count;
        }

        if (more > 0 && present + more > Limits.AccountShards)
        {
            throw errors.TooManyShards(present, more);
        }
    }
}
