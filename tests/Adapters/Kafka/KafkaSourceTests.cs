using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaSourceTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>, IDisposable
{
    private static readonly StartAt TrimHorizon = new StartAt.TrimHorizon();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Resolve_GroupHasOffset_WinsOverStartingPosition()
    {
        var topic = await kafka.NewTopicAsync(2);
        await kafka.PutNumbersAsync(topic, 0, 0, 10);
        await kafka.PutNumbersAsync(topic, 1, 0, 10);
        var mapping = kafka.Mapping(topic);
        Commit(mapping.ConsumerGroupId!, new TopicPartitionOffset(topic, 0, 7));
        await using var source = kafka.Source(mapping);

        Assert.Equal(7, await source.ResolveAsync($"{topic}-0", TrimHorizon, Limit));
        Assert.Equal(7, await source.ResolveAsync($"{topic}-0", new StartAt.Latest(), Limit));
        Assert.Equal(0, await source.ResolveAsync($"{topic}-1", TrimHorizon, Limit));
        Assert.Equal(10, await source.ResolveAsync($"{topic}-1", new StartAt.Latest(), Limit));
    }

    [Fact]
    public async Task Resolve_TimeAfterAllRecords_IsTheEnd()
    {
        var topic = await kafka.NewTopicAsync(1);
        await kafka.PutNumbersAsync(topic, 0, 0, 10);
        await using var source = kafka.Source(kafka.Mapping(topic));

        var next = await source.ResolveAsync($"{topic}-0", new StartAt.AtTimestamp(DateTimeOffset.UtcNow.AddHours(1)), Limit);

        Assert.Equal(10, next);
    }

    [Fact]
    public async Task Commit_OfManyPartitions_IsSeenByOthers()
    {
        var topic = await kafka.NewTopicAsync(4);
        var mapping = kafka.Mapping(topic);
        await using var source = kafka.Source(mapping);
        var readers = new List<IShardReader>();
        for (var i = 0; i < 4; i++)
        {
            await kafka.PutNumbersAsync(topic, i, 0, 20);
            readers.Add(await source.OpenAsync($"{topic}-{i}", 0, Limit));
        }

        for (var next = 1; next <= 10; next++)
        {
            foreach (var reader in readers)
            {
                await reader.CommitAsync(new Checkpoint(next), Limit);
            }
        }

        await UntilAsync(() => Committed(mapping.ConsumerGroupId!, topic, 4).All(o => o == 10));
        await readers[2].CommitAsync(new Checkpoint(15), Limit);
        await source.DisposeAsync();
        Assert.Equal([10, 10, 15, 10], Committed(mapping.ConsumerGroupId!, topic, 4));
    }

    [Fact]
    public async Task Commit_BrokerRefuses_IsTriedAgain()
    {
        var topic = await kafka.NewTopicAsync(1);
        var mapping = kafka.Mapping(topic);
        await using var source = kafka.Source(mapping);
        await using var reader = await source.OpenAsync($"{topic}-0", 0, Limit);
        await source.ResolveAsync($"{topic}-0", TrimHorizon, Limit);
        await kafka.Cluster.FailAsync(apiKey: 8, (int)ErrorCode.OffsetMetadataTooLarge);

        await reader.CommitAsync(new Checkpoint(3), Limit);

        await UntilAsync(() => Committed(mapping.ConsumerGroupId!, topic, 1)[0] == 3);
    }

    [Fact]
    public async Task Read_HeadersNullsAndTimestamps_ComeThrough()
    {
        var topic = await kafka.NewTopicAsync(1);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_545_084_650_987);
        await kafka.PutAsync(topic, 0, new Message<byte[]?, byte[]?>
        {
            Key = [1],
            Value = [2],
            Timestamp = new Timestamp(time),
            Headers = new Headers { { "a", "x"u8.ToArray() }, { "a", [] }, { "b", null } },
        });
        await kafka.PutAsync(topic, 0, new Message<byte[]?, byte[]?> { Key = null, Value = [3] });
        await kafka.PutAsync(topic, 0, new Message<byte[]?, byte[]?> { Key = [], Value = null });
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 0, Limit);

        var records = await ReadAsync(reader, 3);

        Assert.Equal(time.ToUnixTimeMilliseconds(), records[0].TimestampMs);
        Assert.Equal(RecordFlags.None, records[0].Flags);
        var headers = Assert.IsType<KafkaDetail>(records[0].Detail).Headers;
        Assert.Equal(["a", "a", "b"], headers.Select(h => h.Key));
        Assert.Equal("x", Encoding.UTF8.GetString(headers[0].Value!));
        Assert.Empty(headers[1].Value!);
        Assert.Null(headers[2].Value);
        Assert.Equal(RecordFlags.NullKey, records[1].Flags);
        Assert.Null(records[1].Detail);
        Assert.Equal(RecordFlags.NullData, records[2].Flags);
        Assert.Equal(0, records[2].Key.Length);
    }

    [Fact]
    public async Task Read_TwelvePartitions_BringsEachInOrderAndTheEnd()
    {
        const int partitions = 12;
        const int each = 100_000 / partitions;
        var topic = await kafka.NewTopicAsync(partitions);
        await Task.WhenAll(Enumerable.Range(0, partitions).Select(p => kafka.PutNumbersAsync(topic, p, 0, each)));
        await using var source = kafka.Source(kafka.Mapping(topic));
        var shards = await source.ListShardsAsync(Limit);
        Assert.Equal(Enumerable.Range(0, partitions).Select(p => $"{topic}-{p}"), shards.Select(s => s.Id));

        await Task.WhenAll(shards.Select(shard => Task.Run(async () =>
        {
            await using var reader = await source.OpenAsync(shard.Id, 0, Limit);
            for (var expected = 0; expected < each;)
            {
                using var page = await reader.ReadAsync(500, Limit);
                Assert.Equal(each, page.EndPosition);
                foreach (ref readonly var record in page.Records)
                {
                    Assert.Equal(expected, record.Position);
                    Assert.Equal(expected++, Number(record));
                }

                Assert.Equal(expected, page.NextPosition);
            }
        })));
    }

    [Fact]
    public async Task Read_NobodyReadsOnePartition_OthersGoOnAndMemoryIsBounded()
    {
        // 4 MB of records a partition: more records than a buffer holds.
        const int count = 40_000;
        var topic = await kafka.NewTopicAsync(3);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(p => kafka.PutNumbersAsync(topic, p, 0, count, bytes: 10)));
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var idle = await source.OpenAsync($"{topic}-0", 0, Limit);
        await using var first = await source.OpenAsync($"{topic}-1", 0, Limit);
        await using var second = await source.OpenAsync($"{topic}-2", 0, Limit);

        Assert.Equal(count, (await ReadAsync(first, count)).Count);
        Assert.Equal(count, (await ReadAsync(second, count)).Count);

        using var page = await idle.ReadAsync(int.MaxValue, Limit);
        Assert.InRange(page.Count, 1, Limits.KafkaPartitionBufferRecords);
        var rest = await ReadAsync(idle, count - page.Count);
        Assert.Equal(page.Count, Number(rest[0]));
        Assert.Equal(count - 1, Number(rest[^1]));
    }

    [Fact]
    public async Task Read_SlowerThanTheBroker_PausesAndResumesWithoutLoss()
    {
        const int count = 60_000;
        var topic = await kafka.NewTopicAsync(2);
        await Task.WhenAll(kafka.PutNumbersAsync(topic, 0, 0, count), kafka.PutNumbersAsync(topic, 1, 0, count));
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var first = await source.OpenAsync($"{topic}-0", 0, Limit);
        await using var second = await source.OpenAsync($"{topic}-1", 0, Limit);

        // Small reads in turn: each buffer is full most of the time.
        var (a, b) = (0, 0);
        while (a < count || b < count)
        {
            a = a < count ? await CheckAsync(first, a) : a;
            b = b < count ? await CheckAsync(second, b) : b;
        }

        async Task<int> CheckAsync(IShardReader reader, int expected)
        {
            using var page = await reader.ReadAsync(777, Limit);
            foreach (ref readonly var record in page.Records)
            {
                Assert.Equal(expected++, Number(record));
            }

            return expected;
        }
    }

    [Fact]
    public async Task Open_AgainAfterClose_NeverMixesTheTwo()
    {
        const int count = 20_000;
        var topic = await kafka.NewTopicAsync(2);
        await kafka.PutNumbersAsync(topic, 0, 0, count);
        await kafka.PutNumbersAsync(topic, 1, 0, count);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var other = await source.OpenAsync($"{topic}-1", 0, Limit);
        foreach (var start in new[] { 9_000, 100, 15_000, 0, 7, 12_345 })
        {
            await using var reader = await source.OpenAsync($"{topic}-0", start, Limit);
            var records = await ReadAsync(reader, 2_000);
            for (var i = 0; i < 2_000; i++)
            {
                Assert.Equal(start + i, Number(records[i]));
            }
        }
    }

    [Fact]
    public async Task Read_TrimmedPosition_GoesOnAtTheOldestRecord()
    {
        var topic = await kafka.NewTopicAsync(1);
        for (var i = 0; i < 20; i++)
        {
            await kafka.PutNumbersAsync(topic, 0, i, 1);
        }

        await kafka.Cluster.TrimAsync(topic, 0, 10);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 3, Limit);

        Assert.Equal(10, (await ReadAsync(reader, 1))[0].Position);
    }

    [Fact]
    public async Task ListShards_PartitionsAdded_FindsThem()
    {
        var topic = await kafka.NewTopicAsync(1);
        await using var source = kafka.Source(kafka.Mapping(topic));
        Assert.Single(await source.ListShardsAsync(Limit));
        await kafka.Cluster.DeleteTopicAsync(topic);
        await kafka.Cluster.CreateTopicAsync(topic, 3);

        await UntilAsync(() => source.ListShardsAsync(Limit).AsTask().Result.Count == 3);
    }

    private static int Number(in Record record) => int.Parse(record.Data.Span, CultureInfo.InvariantCulture);

    private async Task<List<Record>> ReadAsync(IShardReader reader, int count)
    {
        var records = new List<Record>(count);
        while (records.Count < count)
        {
            using var page = await reader.ReadAsync(count - records.Count, Limit);
            foreach (ref readonly var record in page.Records)
            {
                records.Add(record with { Key = record.Key.ToArray(), Data = record.Data.ToArray() });
            }
        }

        return records;
    }

    private void Commit(string group, TopicPartitionOffset offset)
    {
        using var consumer = Consumer(group);
        consumer.Commit([offset]);
    }

    private long[] Committed(string group, string topic, int partitions)
    {
        using var consumer = Consumer(group);
        var names = Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p));
        return [.. consumer.Committed(names, TimeSpan.FromSeconds(10)).OrderBy(o => o.Partition.Value).Select(o => o.Offset.Value)];
    }

    private IConsumer<byte[], byte[]> Consumer(string group) => new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
    {
        BootstrapServers = kafka.Cluster.Servers, GroupId = group, EnableAutoCommit = false,
    }).Build();

    /// <summary>What another process shows has to be asked for.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.True(await tick.WaitForNextTickAsync(Limit));
        }
    }
}
