using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Streams and shards as answers show them.</summary>
internal static class StreamView
{
    /// <summary>What every description of a stream begins with.</summary>
    public static void Head(IWireWriter output, StreamConfig stream, string arn)
    {
        output.Text("StreamName", stream.Name);
        output.Text("StreamARN", arn);
        output.Text("StreamStatus", stream.Status);
        Mode(output, stream);
        output.Time("StreamCreationTimestamp", stream.CreatedMs);
    }

    /// <summary>Retention, monitoring and encryption.</summary>
    public static void Settings(IWireWriter output, StreamConfig stream)
    {
        output.Number("RetentionPeriodHours", stream.RetentionHours);
        output.Name("EnhancedMonitoring");
        output.StartList();
        output.StartObject();
        output.List("ShardLevelMetrics", Array.Empty<string>(), static (writer, name) => writer.Text(name));
        output.EndObject();
        output.EndList();
        output.Text("EncryptionType", "NONE");
    }

    /// <summary>One shard.</summary>
    public static void Shard(IWireWriter output, StreamShard shard)
    {
        output.StartObject();
        output.Text("ShardId", shard.Id);
        if (shard.Parents.Count > 0)
        {
            output.Text("ParentShardId", shard.Parents[0]);
        }

        if (shard.Parents.Count > 1)
        {
            output.Text("AdjacentParentShardId", shard.Parents[1]);
        }

        HashRange(output, shard);
        output.Object("SequenceNumberRange", shard, static (writer, one) => Sequences(writer, one));
        output.EndObject();
    }

    /// <summary>A shard as its parents' readers learn of it.</summary>
    public static void Child(IWireWriter output, StreamShard shard)
    {
        output.StartObject();
        output.Text("ShardId", shard.Id);
        output.List("ParentShards", shard.Parents, static (writer, parent) => writer.Text(parent));
        HashRange(output, shard);
        output.EndObject();
    }

    private static void Mode(IWireWriter output, StreamConfig stream)
        => output.Object("StreamModeDetails", stream, static (writer, one) => writer.Text("StreamMode", one.Mode));

    private static void HashRange(IWireWriter output, StreamShard shard)
        => output.Object("HashKeyRange", shard, static (writer, one) =>
        {
            writer.Text("StartingHashKey", one.StartHash);
            writer.Text("EndingHashKey", one.EndHash);
        });

    private static void Sequences(IWireWriter output, StreamShard shard)
    {
        output.Text("StartingSequenceNumber", SequenceNumber.Format(shard.FirstPosition));
        if (shard.LastPosition is { } last)
        {
            output.Text("EndingSequenceNumber", SequenceNumber.Format(last));
        }
    }
}
