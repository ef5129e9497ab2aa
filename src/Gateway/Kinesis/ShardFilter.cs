using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Which shards ListShards shows.</summary>
internal static class ShardFilter
{
    private const long HourMs = 3_600_000;

    /// <summary>The condition that a filter of the API makes.</summary>
    /// <exception cref="ServiceException">A member that its type needs is missing.</exception>
    public static Func<StreamShard, bool> Read(JsonObject? filter, StreamConfig stream, long nowMs)
    {
        var horizonMs = nowMs - (stream.RetentionHours * HourMs);
        switch (filter?["Type"]?.GetValue<string>())
        {
            case null or "FROM_TRIM_HORIZON":
                return static _ => true;
            case "AT_LATEST":
                return static shard => shard.ClosedMs is null;
            case "AT_TRIM_HORIZON":
                return At(stream, horizonMs);
            case "AFTER_SHARD_ID":
                var after = filter["ShardId"]?.GetValue<string>() ?? throw Missing("ShardId", "AFTER_SHARD_ID");
                return shard => string.CompareOrdinal(shard.Id, after) > 0;
            case "AT_TIMESTAMP":
                return At(stream, Math.Max(Time(filter, "AT_TIMESTAMP"), horizonMs));
            default:
                var fromMs = Time(filter, "FROM_TIMESTAMP");
                return shard => shard.ClosedMs is null || shard.ClosedMs >= fromMs;
        }
    }

    private static Func<StreamShard, bool> At(StreamConfig stream, long timeMs)
    {
        var atMs = Math.Max(timeMs, stream.Shards.Min(one => one.OpenedMs));
        return shard => shard.OpenedMs <= atMs && (shard.ClosedMs is null || shard.ClosedMs > atMs);
    }

    private static long Time(JsonObject filter, string type)
        => KinesisCall.Time(filter, "Timestamp") ?? throw Missing("Timestamp", type);

    private static ServiceException Missing(string member, string type)
        => ServiceException.Invalid($"{member} must be provided for a ShardFilter of type {type}.");
}
