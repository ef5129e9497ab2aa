using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Streams as a whole: made, listed, described, deleted.</summary>
internal sealed class StreamCalls(IStreams streams, TimeProvider time) : IKinesisOperations
{
    private const int DefaultPage = 100;
    private const int OnDemandShards = 4;
    private const int DefaultRecordKiB = Limits.StreamRecordBytes / 1024;

    public IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations
        => new Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>>
        {
            ["CreateStream"] = CreateAsync,
            ["DeleteStream"] = DeleteAsync,
            ["ListStreams"] = ListAsync,
            ["DescribeStream"] = DescribeAsync,
            ["DescribeStreamSummary"] = SummarizeAsync,
        };

    private ValueTask CreateAsync(KinesisCall call, CancellationToken cancellation)
    {
        var (mode, shards) = (call.Mode ?? "PROVISIONED", call.Number("ShardCount"));
        if (mode == "ON_DEMAND" && shards is not null)
        {
            throw ServiceException.Invalid("ShardCount must not be provided for a stream in ON_DEMAND mode.");
        }

        if (mode == "PROVISIONED" && shards is null)
        {
            throw ServiceException.Invalid("ShardCount must be provided for a stream in PROVISIONED mode.");
        }

        if (call.Number("MaxRecordSizeInKiB") is { } size && size != DefaultRecordKiB)
        {
            throw ServiceException.Invalid($"MaxRecordSizeInKiB {size} is not supported by this server: records have at most {DefaultRecordKiB} KiB.");
        }

        var tags = call.Map("Tags");
        TagRules.Check(call.Need("StreamName"), tags);
        return streams.CreateAsync(new StreamDraft(call.Need("StreamName"), mode, tags), shards ?? OnDemandShards, cancellation);
    }

    private ValueTask DeleteAsync(KinesisCall call, CancellationToken cancellation)
        => streams.DeleteAsync(call.Stream, cancellation);

    private async ValueTask ListAsync(KinesisCall call, CancellationToken cancellation)
    {
        var limit = call.Number("Limit") ?? DefaultPage;
        var after = call.Text("NextToken") is { } token
            ? PageToken.Parse(token).Last
            : call.Text("ExclusiveStartStreamName");
        var found = await streams.ListAsync(after, limit + 1, cancellation);
        var more = found.Count > limit;
        var page = found.Take(limit).ToArray();
        call.Output.List("StreamNames", page, static (output, one) => output.Text(one.Name));
        call.Output.Flag("HasMoreStreams", more);
        call.Output.List("StreamSummaries", page, (output, one) =>
        {
            output.StartObject();
            StreamView.Head(output, one, call.Names.ArnOf(one.Name));
            output.EndObject();
        });
        if (more)
        {
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            call.Output.Text("NextToken", new PageToken(nowMs, "", page[^1].Name, null).ToString());
        }
    }

    private async ValueTask DescribeAsync(KinesisCall call, CancellationToken cancellation)
    {
        var stream = await streams.GetAsync(call.Stream, cancellation);
        var limit = call.Number("Limit") ?? DefaultPage;
        var after = call.Text("ExclusiveStartShardId");
        var shards = stream.Shards.Where(one => string.CompareOrdinal(one.Id, after) > 0).ToArray();
        call.Output.Object("StreamDescription", stream, (output, one) =>
        {
            StreamView.Head(output, one, call.Names.ArnOf(one.Name));
            StreamView.Settings(output, one);
            output.List("Shards", shards.Take(limit), StreamView.Shard);
            output.Flag("HasMoreShards", shards.Length > limit);
        });
    }

    private async ValueTask SummarizeAsync(KinesisCall call, CancellationToken cancellation)
    {
        var stream = await streams.GetAsync(call.Stream, cancellation);
        call.Output.Object("StreamDescriptionSummary", stream, (output, one) =>
        {
            StreamView.Head(output, one, call.Names.ArnOf(one.Name));
            StreamView.Settings(output, one);
            output.Text("StreamId", one.Id);
            output.Number("OpenShardCount", one.Shards.Count(shard => shard.ClosedMs is null));
            output.Number("ConsumerCount", 0);
            output.Number("MaxRecordSizeInKiB", DefaultRecordKiB);
        });
    }
}
