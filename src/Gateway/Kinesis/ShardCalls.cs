using System.Globalization;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Shards: listed, split, merged.</summary>
internal sealed class ShardCalls(IStreams streams, TimeProvider time) : IKinesisOperations
{
    private const int DefaultPage = 1_000;

    public IReadOnlyDictionary<string, Func<KinesisCall, CancellationToken, ValueTask>> Operations
        => new Dictionary<string, Func<KinesisCall, CancellationToken, ValueTask>>
        {
            ["ListShards"] = ListAsync,
            ["SplitShard"] = SplitAsync,
            ["MergeShards"] = MergeAsync,
            ["UpdateShardCount"] = ResizeAsync,
        };

    private async ValueTask ListAsync(KinesisCall call, CancellationToken cancellation)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var begin = From(call, nowMs);
        var stream = await streams.GetAsync(begin.Stream, cancellation);
        if (call.Time("StreamCreationTimestamp") is { } created && created / 1000 != stream.CreatedMs / 1000)
        {
            throw ServiceException.NotFound($"Stream {stream.Name} was not created at the StreamCreationTimestamp that was given.");
        }

        var shown = ShardFilter.Read(begin.Filter, stream, nowMs);
        var limit = call.Number("MaxResults") ?? DefaultPage;
        var found = stream.Shards
            .Where(one => string.CompareOrdinal(one.Id, begin.Last) > 0 && shown(one))
            .Take(limit + 1).ToArray();
        call.Output.List("Shards", found.Take(limit), StreamView.Shard);
        if (found.Length > limit)
        {
            call.Output.Text("NextToken", (begin with { CreatedMs = nowMs, Last = found[limit - 1].Id }).ToString());
        }
    }

    /// <summary>Where the list begins: at the call's own words or where its token says.</summary>
    private static PageToken From(KinesisCall call, long nowMs)
    {
        if (call.Text("NextToken") is not { } text)
        {
            return new PageToken(nowMs, call.Stream, call.Text("ExclusiveStartShardId") ?? "", call.Input["ShardFilter"] as JsonObject);
        }

        if (call.Text("StreamName") is not null || call.Text("StreamARN") is not null)
        {
            throw ServiceException.Invalid("NextToken and StreamName cannot be provided together.");
        }

        var token = PageToken.Parse(text);
        return nowMs - token.CreatedMs <= Limits.ShardIteratorMs ? token : throw KinesisErrors.ExpiredToken(token.CreatedMs, nowMs);
    }

    private ValueTask SplitAsync(KinesisCall call, CancellationToken cancellation)
    {
        var text = call.Need("NewStartingHashKey");
        return UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? streams.SplitAsync(call.Stream, call.Need("ShardToSplit"), start, cancellation)
            : throw ServiceException.Invalid(
                $"Invalid NewStartingHashKey. NewStartingHashKey must be in the range: [0, 2^128-1]. Specified value was {text}");
    }

    private ValueTask MergeAsync(KinesisCall call, CancellationToken cancellation)
        => streams.MergeAsync(call.Stream, call.Need("ShardToMerge"), call.Need("AdjacentShardToMerge"), cancellation);

    private async ValueTask ResizeAsync(KinesisCall call, CancellationToken cancellation)
    {
        var (name, target) = (call.Stream, call.Number("TargetShardCount")!.Value);
        if ((await streams.GetAsync(name, cancellation)).Mode == "ON_DEMAND")
        {
            throw new ServiceException(
                ServiceErrorKind.Validation, $"Stream {name} is in ON_DEMAND mode; its shard count cannot be updated.");
        }

        var before = await streams.ResizeAsync(name, target, cancellation);
        call.Output.Text("StreamName", name);
        call.Output.Number("CurrentShardCount", before.Shards.Count(one => one.ClosedMs is null));
        call.Output.Number("TargetShardCount", target);
        call.Output.Text("StreamARN", call.Names.ArnOf(name));
    }
}
