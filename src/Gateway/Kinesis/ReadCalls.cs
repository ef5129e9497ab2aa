using Dispatcher.Contracts;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Reading shards through iterators.</summary>
internal sealed class ReadCalls(IStreams streams, IStore store, IteratorStart start, KinesisErrors errors, TimeProvider time)
    : IKinesisOperations
{
    public IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations
        => new Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>>
        {
            ["GetShardIterator"] = StartAsync,
            ["GetRecords"] = ReadAsync,
        };

    private async ValueTask StartAsync(KinesisCall call, CancellationToken cancellation)
    {
        var stream = await streams.GetAsync(call.Stream, cancellation);
        var id = call.Need("ShardId");
        var shard = stream.Shards.FirstOrDefault(one => one.Id == id) ?? throw errors.ShardNotFound(stream.Name, id);
        var position = await start.FindAsync(call, stream, shard, cancellation);
        call.Output.Text("ShardIterator", new ShardIterator(NowMs(), stream.Id, stream.Name, id, position).ToString());
    }

    private async ValueTask ReadAsync(KinesisCall call, CancellationToken cancellation)
    {
        var iterator = ShardIterator.Parse(call.Need("ShardIterator")) ?? throw KinesisErrors.BadIterator();
        var nowMs = NowMs();
        if (nowMs - iterator.CreatedMs > Limits.ShardIteratorMs)
        {
            throw KinesisErrors.ExpiredIterator(iterator.CreatedMs, nowMs);
        }

        var stream = await streams.FindAsync(iterator.Stream, cancellation);
        if (stream?.Id != iterator.StreamId)
        {
            throw errors.StreamNotFound(iterator.Stream);
        }

        using var page = new RecordPage { NextPosition = iterator.Position };
        var limit = call.Number("Limit") ?? Limits.ReadRecords;
        if (!await store.Logs.ReadAsync(
            stream.LogOf(iterator.Shard), iterator.Position, limit, Limits.ReadBytes, page, cancellation))
        {
            throw errors.ShardNotFound(iterator.Stream, iterator.Shard);
        }

        Write(call.Output, page, nowMs);
        WriteNext(call.Output, page, stream, iterator with { CreatedMs = nowMs });
    }

    private static void WriteNext(IWireWriter output, RecordPage page, StreamConfig stream, ShardIterator iterator)
    {
        if (page.EndOfShard)
        {
            output.List("ChildShards", stream.Shards.Where(one => one.Parents.Contains(iterator.Shard)), StreamView.Child);
            return;
        }

        var next = page.Count > 0 ? page.NextPosition : iterator.Position;
        output.Text("NextShardIterator", (iterator with { Position = next }).ToString());
    }

    private static void Write(IWireWriter output, RecordPage page, long nowMs)
    {
        output.Name("Records");
        output.StartList();
        Span<byte> sequence = stackalloc byte[SequenceNumber.Length];
        foreach (ref readonly var record in page.Records)
        {
            SequenceNumber.Write(record.Position, sequence);
            output.StartObject();
            output.Name("SequenceNumber");
            output.Text(sequence);
            output.Time("ApproximateArrivalTimestamp", record.TimestampMs);
            output.Name("Data");
            output.Bytes(record.Data.Span);
            output.Name("PartitionKey");
            output.Text(record.Key.Span);
            output.EndObject();
        }

        output.EndList();
        var behind = page.Count > 0 && page.NextPosition < page.EndPosition;
        output.Number("MillisBehindLatest", behind ? Math.Max(0, nowMs - page.Records[^1].TimestampMs) : 0);
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
