using System.Collections.Concurrent;
using System.Reflection;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>A consumer that brings what a test puts in: for what the mock cluster cannot do.</summary>
public class FakeConsumer : DispatchProxy
{
    private readonly BlockingCollection<Func<ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>?>> _script = [];

    public ConcurrentQueue<string> Assigned { get; } = new();

    public bool Disposed { get; private set; }

    public long Committed { get; set; } = Offset.Unset.Value;

    public WatermarkOffsets Watermarks { get; set; } = new(0, 0);

    /// <summary>What happens when a partition is taken away from it.</summary>
    public Action Unassigning { get; set; } = () => { };

    public Func<TopicPartitionTimestamp, long> OffsetAt { get; set; } = _ => Offset.End.Value;

    /// <summary>A consumer without a cluster, the object that drives it, and a session on it.</summary>
    internal static (FakeConsumer Fake, KafkaSession Session) New()
    {
        var consumer = Create<IConsumer<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?>, FakeConsumer>();
        return ((FakeConsumer)consumer, new KafkaSession(consumer, Create<IAdminClient, FakeConsumer>()));
    }

    /// <summary>Lets the consumer bring a record.</summary>
    public void Bring(string topic, int partition, long offset) => _script.Add(() => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset(topic, partition, offset),
        Message = new() { Key = new byte[] { 1 }, Value = new byte[] { 2 }, Timestamp = new Timestamp(1, TimestampType.CreateTime) },
    });

    /// <summary>Runs something inside of a Consume that then brings nothing.</summary>
    public void Happen(Action what) => _script.Add(() =>
    {
        what();
        return null;
    });

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod!.Name, args)
        {
            case ("Consume", [int wait]):
                return _script.TryTake(out var next, wait) ? next() : null;
            case ("IncrementalAssign", [IEnumerable<TopicPartitionOffset> offsets]):
                Assigned.Enqueue(string.Join(' ', offsets.Select(o => $"{o.Partition.Value}@{o.Offset.Value}")));
                return null;
            case ("GetWatermarkOffsets" or "QueryWatermarkOffsets", _):
                return Watermarks;
            case ("Committed", [IEnumerable<TopicPartition> names, TimeSpan]):
                return names.Select(n => new TopicPartitionOffset(n, Committed)).ToList();
            case ("OffsetsForTimes", [IEnumerable<TopicPartitionTimestamp> times, TimeSpan]):
                return times.Select(t => new TopicPartitionOffset(t.TopicPartition, OffsetAt(t))).ToList();
            case ("Dispose", _):
                Disposed = true;
                return null;
            case ("IncrementalUnassign", _):
                Unassigning();
                return null;
            case ("Close" or "Pause" or "Resume", _):
                return null;
            default:
                throw new NotSupportedException(targetMethod.Name);
        }
    }
}
