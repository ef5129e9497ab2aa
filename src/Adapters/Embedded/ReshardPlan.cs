using System.Globalization;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Decides which shards to open next. Pure; the first position of a planned shard is known only when it is opened.</summary>
internal static class ReshardPlan
{
    /// <summary>The first shards of a stream.</summary>
    public static IReadOnlyList<StreamShard> First(int shards, long firstPosition)
    {
        var starts = HashKeys.UniformStarts(shards);
        return [.. starts.Select((start, i) => Shard(i, start, End(starts, i), [], firstPosition))];
    }

    /// <summary>The two halves of a shard.</summary>
    public static IReadOnlyList<StreamShard> Split(StreamConfig stream, StreamShard shard, UInt128 at)
        => Pieces(shard, [at], NextNumber(stream));

    /// <summary>The union of two shards; <paramref name="low"/> ends where <paramref name="high"/> begins.</summary>
    public static IReadOnlyList<StreamShard> Merge(StreamConfig stream, StreamShard low, StreamShard high)
        => [Union(low, high, NextNumber(stream))];

    /// <summary>
    /// The next round on the way to so many shards of the same size: first everything is cut where the new shards begin,
    /// then neighbours inside one new shard are merged in pairs. Empty when the way is done.
    /// </summary>
    public static IReadOnlyList<StreamShard> Toward(StreamConfig stream, int target)
    {
        var starts = HashKeys.UniformStarts(target);
        var open = Open(stream);
        var cut = Cut(open, starts, NextNumber(stream));
        return cut.Count > 0 ? cut : MergePairs(open, starts, NextNumber(stream));
    }

    /// <summary>Open shards in the order of their hash keys.</summary>
    public static StreamShard[] Open(StreamConfig stream)
        => [.. stream.Shards.Where(one => one.LastPosition is null).OrderBy(one => HashKeys.Parse(one.StartHash))];

    private static List<StreamShard> Cut(StreamShard[] open, UInt128[] starts, int number)
    {
        var round = new List<StreamShard>();
        foreach (var shard in open)
        {
            var (from, to) = (HashKeys.Parse(shard.StartHash), HashKeys.Parse(shard.EndHash));
            var inside = starts.Where(start => start > from && start <= to).ToArray();
            if (inside.Length > 0)
            {
                round.AddRange(Pieces(shard, inside, number + round.Count));
            }
        }

        return round;
    }

    private static List<StreamShard> MergePairs(StreamShard[] open, UInt128[] starts, int number)
    {
        var round = new List<StreamShard>();
        for (var i = 0; i + 1 < open.Length; i++)
        {
            if (Array.BinarySearch(starts, HashKeys.Parse(open[i + 1].StartHash)) < 0)
            {
                round.Add(Union(open[i], open[i + 1], number + round.Count));
                i++;
            }
        }

        return round;
    }

    private static List<StreamShard> Pieces(StreamShard shard, UInt128[] cuts, int number)
    {
        var pieces = new List<StreamShard>(cuts.Length + 1);
        var from = HashKeys.Parse(shard.StartHash);
        foreach (var cut in cuts)
        {
            pieces.Add(Shard(number + pieces.Count, from, cut - 1, [shard.Id]));
            from = cut;
        }

        pieces.Add(Shard(number + pieces.Count, from, HashKeys.Parse(shard.EndHash), [shard.Id]));
        return pieces;
    }

    private static StreamShard Union(StreamShard low, StreamShard high, int number)
        => Shard(number, HashKeys.Parse(low.StartHash), HashKeys.Parse(high.EndHash), [low.Id, high.Id]);

    private static StreamShard Shard(int number, UInt128 from, UInt128 to, IReadOnlyList<string> parents, long first = 0)
        => new($"shardId-{number:D12}", HashKeys.Format(from), HashKeys.Format(to), first) { Parents = parents };

    private static UInt128 End(UInt128[] starts, int i) => i + 1 < starts.Length ? starts[i + 1] - 1 : UInt128.MaxValue;

    // the newest shard is never forgotten: it is open, or its children are newer
    private static int NextNumber(StreamConfig stream)
        => stream.Shards.Max(one => int.Parse(one.Id.AsSpan("shardId-".Length), NumberStyles.None, CultureInfo.InvariantCulture)) + 1;
}
