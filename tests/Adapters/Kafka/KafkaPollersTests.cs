using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>ProvisionedPollerConfig: as many clients as it says, partitions even over them, nothing lost when they move.</summary>
public sealed class KafkaPollersTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>
{
    private const int Partitions = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WithAMinimum_SpreadsThePartitionsEvenly()
    {
        var topic = await kafka.NewTopicAsync(Partitions);
        await using var source = kafka.Source(kafka.Mapping(topic) with { ProvisionedPollers = new(3, 10, null) });
        await using var readers = await Readers.OpenAsync(source, topic);

        Assert.Equal([2, 2, 2], readers.Spread());
    }

    [Fact]
    public async Task Open_WithoutAConfig_IsOnePollerWithoutAName()
    {
        var topic = await kafka.NewTopicAsync(2);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 0, Cancellation);

        Assert.Null(reader.Poller);
    }

    [Fact]
    public async Task Configure_WhileItIsRead_MovesPartitionsWithoutLossOrRepeat()
    {
        const int Records = 3_000;
        var topic = await kafka.NewTopicAsync(Partitions);
        var mapping = kafka.Mapping(topic) with { ProvisionedPollers = new(1, 1, null), LastModifiedMs = 1 };
        await using var source = kafka.Source(mapping);
        await using var readers = await Readers.OpenAsync(source, topic);
        var reading = Task.WhenAll(readers.All.Select(reader => ReadAsync(reader, Records)));
        var time = 1L;
        async Task ChangeAsync(ProvisionedPollers? pollers, int[] spread)
        {
            source.Configure(mapping with { ProvisionedPollers = pollers, LastModifiedMs = ++time });
            await Eventually.TrueAsync(() => readers.Spread().SequenceEqual(spread), $"pollers read {string.Join(',', spread)} partitions");
        }

        for (var from = 0; from < Records; from += Records / 3)
        {
            await Task.WhenAll(Enumerable.Range(0, Partitions).Select(p => kafka.PutNumbersAsync(topic, p, from, Records / 3)));
            await ChangeAsync(new(4, 10, null), [1, 1, 2, 2]);
            await ChangeAsync(new(2, 2, null), [3, 3]);
        }

        Assert.All(await reading, positions => Assert.Equal(Enumerable.Range(0, Records).Select(i => (long)i), positions));
        source.Configure(mapping with { ProvisionedPollers = new(5, 5, null) }); // an older one
        await ChangeAsync(null, [Partitions]);
    }

    [Fact]
    public async Task Lag_PartitionsAreBehind_GetPollersUpToTheMaximum()
    {
        var topic = await kafka.NewTopicAsync(Partitions);
        for (var partition = 0; partition < 4; partition++)
        {
            await kafka.PutNumbersAsync(topic, partition, 0, 1_500);
        }

        await using var source = kafka.Source(kafka.Mapping(topic) with { ProvisionedPollers = new(1, 3, null) });
        await using var readers = await Readers.OpenAsync(source, topic);

        await Eventually.TrueAsync(() => readers.Spread().SequenceEqual([2, 2, 2]), "there are three pollers");
    }

    /// <summary>A poller that has nothing to do is kept for a while; then the one that is left goes on with its partitions.</summary>
    [Fact]
    public async Task Lag_IsGoneForLong_EndsPollers()
    {
        var (time, fakes) = (new ManualTime(), new List<FakeConsumer>());
        using var instruments = new Instruments();
        await using var pollers = new KafkaPollers(Fakes(fakes, instruments, time), new ProvisionedPollers(1, 2, null), time, _ => { });
        var (first, second) = (new PartitionBuffer("t", 0, 0), new PartitionBuffer("t", 1, 0));
        var (one, two) = (await pollers.OpenAsync(first, Cancellation), await pollers.OpenAsync(second, Cancellation));
        fakes[0].Bring("t", 0, 0);
        fakes[0].Bring("t", 1, 0);
        await Eventually.TrueAsync(() => first.Waiting > 1_000 && second.Waiting > 1_000, "both are behind");
        time.Advance(KafkaTimes.ScalePace);
        await Eventually.TrueAsync(() => one.Slot != two.Slot, "each has a poller of its own");

        fakes[0].Bring("t", one.Buffer.Name.Partition.Value, 1_999);
        fakes[1].Bring("t", two.Buffer.Name.Partition.Value, 1_999);
        foreach (var buffer in new[] { first, second })
        {
            await Eventually.TrueAsync(async () => { (await buffer.TakeAsync(10, Cancellation)).Dispose(); return buffer.Waiting == 0; }, "all is read");
        }

        time.Advance(KafkaTimes.ScaleDown + KafkaTimes.ScalePace);
        await Eventually.TrueAsync(() => fakes[1].Disposed, "the second poller ends");
        Assert.Same(one.Slot, two.Slot);
        Assert.Contains($"{(one.Slot.Partitions[1].Buffer.Name.Partition.Value)}@2000", fakes[0].Assigned);
    }

    [Fact]
    public async Task Configure_PartitionCannotBeTakenAway_EndsThePollerWithTheNextLook()
    {
        var (time, fakes) = (new ManualTime(), new List<FakeConsumer>());
        using var instruments = new Instruments();
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pollers = new KafkaPollers(Fakes(fakes, instruments, time), new ProvisionedPollers(2, 2, null), time, e => failed.TrySetResult(e));
        await pollers.OpenAsync(new PartitionBuffer("t", 0, 0), Cancellation);
        await pollers.OpenAsync(new PartitionBuffer("t", 1, 0), Cancellation);
        fakes[1].Unassigning = () => throw new KafkaException(ErrorCode.Local_State);

        pollers.Configure(null);

        Assert.IsType<SourceException>(await failed.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation));
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(KafkaTimes.ScalePace);
                return fakes[1].Disposed;
            },
            "the second poller ends");
    }

    /// <summary>Makes pollers whose consumers a test drives; each has 2,000 records.</summary>
    private static Func<KafkaPoller> Fakes(List<FakeConsumer> fakes, Instruments instruments, TimeProvider time)
    {
        var logs = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
        var environment = new KafkaEnvironment(new DispatcherConfig(), new FakeSecrets(), instruments, logs, time);
        return () =>
        {
            var (fake, session) = FakeConsumer.New();
            fake.Watermarks = new WatermarkOffsets(0, 2_000);
            fakes.Add(fake);
            return new KafkaPoller("t", _ => session, new KafkaHealth("m", environment));
        };
    }

    private static async Task<List<long>> ReadAsync(IShardReader reader, int records)
    {
        var positions = new List<long>(records);
        while (positions.Count < records)
        {
            using var page = await reader.ReadAsync(100, Cancellation);
            foreach (ref readonly var record in page.Records)
            {
                positions.Add(record.Position);
            }
        }

        return positions;
    }

    private sealed class Readers(IShardReader[] all) : IAsyncDisposable
    {
        public IShardReader[] All => all;

        public static async Task<Readers> OpenAsync(ISource source, string topic)
            => new(await Task.WhenAll(Enumerable.Range(0, Partitions).Select(p => source.OpenAsync($"{topic}-{p}", 0, Cancellation).AsTask())));

        /// <summary>How many partitions each poller reads.</summary>
        public int[] Spread() => [.. all.GroupBy(reader => reader.Poller).Select(poller => poller.Count()).Order()];

        public async ValueTask DisposeAsync()
        {
            foreach (var reader in all)
            {
                await reader.DisposeAsync();
            }
        }
    }
}
