using System.Buffers;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>
/// The records of one put on their way to their shards: sorted by shard, in their own order inside each. Records that a
/// shard refused stay for the next attempt.
/// </summary>
internal sealed class PutBatch : IDisposable
{
    private readonly ReadOnlyMemory<StreamPut> _records;
    private readonly Memory<StreamPutResult> _results;
    private readonly int[] _left;
    private readonly int[] _shards;
    private readonly int[] _order;
    private readonly LogAppend[] _appends;
    private readonly List<Group> _groups = [];
    private int _refused;

    public PutBatch(ReadOnlyMemory<StreamPut> records, Memory<StreamPutResult> results)
    {
        (_records, _results, Left) = (records, results, records.Length);
        _left = ArrayPool<int>.Shared.Rent(records.Length);
        _shards = ArrayPool<int>.Shared.Rent(records.Length);
        _order = ArrayPool<int>.Shared.Rent(records.Length);
        _appends = ArrayPool<LogAppend>.Shared.Rent(records.Length);
        for (var i = 0; i < records.Length; i++)
        {
            _left[i] = i;
        }
    }

    /// <summary>Records whose outcome is not known yet.</summary>
    public int Left { get; private set; }

    /// <summary>The shards that get records in this attempt.</summary>
    public IReadOnlyList<Group> Groups => _groups;

    /// <summary>Spreads what is left over the shards.</summary>
    public void Sort(StreamRoutes routes)
    {
        var starts = ArrayPool<int>.Shared.Rent(routes.Shards.Length + 1);
        var counts = starts.AsSpan(0, routes.Shards.Length + 1);
        counts.Clear();
        var records = _records.Span;
        for (var i = 0; i < Left; i++)
        {
            var shard = routes.Find(records[_left[i]]);
            _shards[i] = shard;
            counts[shard + 1]++;
        }

        _groups.Clear();
        for (var shard = 0; shard < routes.Shards.Length; shard++)
        {
            if (counts[shard + 1] > 0)
            {
                _groups.Add(new Group(shard, counts[shard], counts[shard + 1]));
            }

            counts[shard + 1] += counts[shard];
        }

        for (var i = 0; i < Left; i++)
        {
            var at = counts[_shards[i]]++;
            ref readonly var record = ref records[_left[i]];
            _order[at] = _left[i];
            _appends[at] = new LogAppend(record.Key, record.Data);
        }

        _refused = 0;
        ArrayPool<int>.Shared.Return(starts);
    }

    /// <summary>The records of one shard.</summary>
    public ArraySegment<LogAppend> Appends(Group group) => new(_appends, group.From, group.Count);

    /// <summary>Notes where a shard stored its records; null where it refused them.</summary>
    public void Settle(Group group, string shard, long? first)
    {
        var results = _results.Span;
        for (var i = 0; i < group.Count; i++)
        {
            var index = _order[group.From + i];
            if (first is { } position)
            {
                results[index] = new StreamPutResult(shard, position + i);
            }
            else
            {
                _left[_refused++] = index;
            }
        }
    }

    /// <summary>Notes that a shard's records were not stored and are not tried again.</summary>
    public void Fail(Group group, string error)
    {
        for (var i = 0; i < group.Count; i++)
        {
            _results.Span[_order[group.From + i]] = new StreamPutResult(null, 0, error);
        }
    }

    /// <summary>Ends an attempt: only what was refused is left.</summary>
    public void Drop() => Left = _refused;

    /// <summary>Gives up what is left.</summary>
    public void FailRest(string error)
    {
        for (var i = 0; i < Left; i++)
        {
            _results.Span[_left[i]] = new StreamPutResult(null, 0, error);
        }
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_left);
        ArrayPool<int>.Shared.Return(_shards);
        ArrayPool<int>.Shared.Return(_order);
        ArrayPool<LogAppend>.Shared.Return(_appends, clearArray: true);
    }

    /// <summary>The records of one shard: so many of the sorted ones from an index on.</summary>
    internal readonly record struct Group(int Shard, int From, int Count);
}
