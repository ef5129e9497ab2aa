using Confluent.Kafka;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Finds the offset at which a partition without a checkpoint begins. Blocks: asks the cluster.</summary>
internal static class KafkaOffsets
{
    /// <summary>The group's own offset where it has one, else what the starting position says.</summary>
    /// <exception cref="KafkaException">The cluster did not answer, or with an error.</exception>
    public static long Resolve<TKey, TValue>(IConsumer<TKey, TValue> consumer, string topic, string shard, StartAt at)
    {
        var name = new TopicPartition(topic, new Partition(KafkaShards.Partition(topic, shard)));
        var committed = consumer.Committed([name], KafkaTimes.Request)[0].Offset;
        if (committed.Value >= 0)
        {
            return committed.Value;
        }

        return at switch
        {
            StartAt.Latest => consumer.QueryWatermarkOffsets(name, KafkaTimes.Request).High.Value,
            StartAt.AtTimestamp then => AtTime(consumer, name, then.Time),
            _ => consumer.QueryWatermarkOffsets(name, KafkaTimes.Request).Low.Value,
        };
    }

    /// <summary>Records from the checkpoints, or the oldest record where there is none, to the partitions' ends.</summary>
    /// <exception cref="KafkaException">The cluster did not answer, or with an error.</exception>
    public static long CountWaiting(KafkaSession session, string topic, IReadOnlyDictionary<string, Checkpoint> done)
    {
        var waiting = 0L;
        foreach (var partition in session.Describe(topic).Partitions)
        {
            var bounds = session.Consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition.PartitionId), KafkaTimes.Request);
            var next = done.GetValueOrDefault(KafkaShards.Name(topic, partition.PartitionId))?.Next ?? 0;
            waiting += Math.Max(0, bounds.High.Value - Math.Max(bounds.Low.Value, next));
        }

        return waiting;
    }

    private static long AtTime<TKey, TValue>(IConsumer<TKey, TValue> consumer, TopicPartition name, DateTimeOffset time)
    {
        var asked = new TopicPartitionTimestamp(name, new Timestamp(time.ToUnixTimeMilliseconds(), TimestampType.CreateTime));
        var found = consumer.OffsetsForTimes([asked], KafkaTimes.Request)[0].Offset;

        // No record is that young: begin with the next one to come.
        return found.Value >= 0 ? found.Value : consumer.QueryWatermarkOffsets(name, KafkaTimes.Request).High.Value;
    }
}
