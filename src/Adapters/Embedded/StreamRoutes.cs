using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Which open shard takes which hash key, as one reading of the stream's document says. Immutable.</summary>
internal sealed class StreamRoutes
{
    private readonly UInt128[] _starts;

    public StreamRoutes(StreamConfig stream)
    {
        var open = ReshardPlan.Open(stream);
        _starts = [.. open.Select(one => HashKeys.Parse(one.StartHash))];
        Shards = [.. open.Select(one => one.Id)];
        Logs = [.. open.Select(one => stream.LogOf(one.Id))];
    }

    /// <summary>Ids of the open shards in the order of their hash keys; at least one.</summary>
    public string[] Shards { get; }

    /// <summary>The names of their logs.</summary>
    public string[] Logs { get; }

    /// <summary>The index of the shard that takes a record.</summary>
    public int Find(in StreamPut put)
    {
        if (Shards.Length == 1)
        {
            return 0;
        }

        var index = Array.BinarySearch(_starts, put.ExplicitHash ?? HashKeys.Of(put.Key.Span));
        return index >= 0 ? index : ~index - 1;
    }
}
