using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>
/// Reads a stream's document and finishes what is half done in it. What is to be done is written to the document before
/// anything is done, every step can be taken twice and by two at a time, and the document is changed by compare-and-set; so
/// a crash at any point leaves a stream that the next one who meets it finishes.
/// </summary>
internal sealed class StreamFinisher(IStore store, TimeProvider time)
{
    private readonly DocumentTable<StreamConfig> _streams = new Catalog(store).Streams;

    /// <summary>The stream with nothing left to finish, or null.</summary>
    public async ValueTask<Stored<StreamConfig>?> FindAsync(string name, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await _streams.FindAsync(name, cancellation);
            if (found is null || IsDone(found.Value))
            {
                return found;
            }

            await StepAsync(found, cancellation);
        }
    }

    private static bool IsDone(StreamConfig stream)
        => stream.Status == "ACTIVE" && stream.Opening.Count == 0 && stream.TargetShards is null;

    private ValueTask StepAsync(Stored<StreamConfig> found, CancellationToken cancellation) => found.Value switch
    {
        { Status: "DELETING" } => DeleteAsync(found, cancellation),
        { Opening.Count: > 0 } => OpenAsync(found, cancellation),
        _ => PlanAsync(found, cancellation),
    };

    private async ValueTask DeleteAsync(Stored<StreamConfig> found, CancellationToken cancellation)
    {
        foreach (var shard in found.Value.Shards.Concat(found.Value.Opening))
        {
            await store.Logs.DeleteAsync(found.Value.LogOf(shard.Id), cancellation);
        }

        await _streams.DeleteAsync(found, cancellation);
    }

    private async ValueTask PlanAsync(Stored<StreamConfig> found, CancellationToken cancellation)
    {
        var stream = found.Value;
        var next = stream.TargetShards is { } target ? ReshardPlan.Toward(stream, target) : [];
        var changed = next.Count > 0
            ? stream with { Status = "UPDATING", Opening = next }
            : stream with { Status = "ACTIVE", TargetShards = null };
        await _streams.ReplaceAsync(found, changed, cancellation);
    }

    private async ValueTask OpenAsync(Stored<StreamConfig> found, CancellationToken cancellation)
    {
        var stream = found.Value;
        if (await SealAsync(found, cancellation) is not { } closed)
        {
            return;
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var opened = new List<StreamShard>(stream.Opening.Count);
        foreach (var shard in stream.Opening)
        {
            var first = shard.Parents.Count == 0 ? shard.FirstPosition : shard.Parents.Max(parent => closed[parent]) + 1;
            await store.Logs.CreateAsync(stream.LogOf(shard.Id), first, cancellation);
            opened.Add(shard with { FirstPosition = first, OpenedMs = nowMs });
        }

        var old = stream.Shards.Select(one => Close(one, closed, nowMs));
        var changed = stream with
        {
            Status = stream.TargetShards is null ? "ACTIVE" : "UPDATING",
            Shards = [.. old, .. opened],
            Opening = [],
        };
        if (!await _streams.ReplaceAsync(found, changed, cancellation))
        {
            await TidyAsync(stream, opened, cancellation);
        }
    }

    private static StreamShard Close(StreamShard shard, Dictionary<string, long> closed, long nowMs)
        => closed.TryGetValue(shard.Id, out var at) ? shard with { LastPosition = at, ClosedMs = nowMs } : shard;

    /// <summary>Seals the parents and returns where each was closed; null where somebody else was faster.</summary>
    private async ValueTask<Dictionary<string, long>?> SealAsync(Stored<StreamConfig> found, CancellationToken cancellation)
    {
        var closed = new Dictionary<string, long>();
        foreach (var parent in found.Value.Opening.SelectMany(one => one.Parents).Distinct())
        {
            var log = found.Value.LogOf(parent);
            if (await store.Logs.SealAsync(log, cancellation) is { } bounds)
            {
                closed[parent] = bounds.Next;
            }
            else if ((await _streams.FindAsync(found.Key, cancellation))?.Revision == found.Revision)
            {
                throw new StoreException($"the record log {log} of stream {found.Key} is missing");
            }
            else
            {
                return null;
            }
        }

        return closed;
    }

    /// <summary>Takes away logs that were created for a stream which somebody deleted meanwhile.</summary>
    private async ValueTask TidyAsync(StreamConfig stream, List<StreamShard> opened, CancellationToken cancellation)
    {
        if ((await _streams.FindAsync(stream.Name, cancellation))?.Value.Id == stream.Id)
        {
            return;
        }

        foreach (var shard in opened)
        {
            await store.Logs.DeleteAsync(stream.LogOf(shard.Id), cancellation);
        }
    }
}
