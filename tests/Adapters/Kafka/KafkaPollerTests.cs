using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>What the mock cluster cannot do: gaps inside of a partition, clients that fail for good, offsets by time.</summary>
public sealed class KafkaPollerTests : IDisposable
{
    private static readonly Error Fatal = new(ErrorCode.Local_Fatal, "fenced", isFatal: true);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly Instruments _instruments = new();
    private readonly List<FakeConsumer> _fakes = [];
    private readonly SemaphoreSlim _made = new(0);
    private int _refusals;
    private Action<Error>? _onError;

    public void Dispose()
    {
        _limit.Dispose();
        _instruments.Dispose();
        _made.Dispose();
    }

    [Fact]
    public async Task Read_AbortedAndCompactedRecordsMissing_PassesTheGaps()
    {
        using var poller = Poller();
        var buffer = new PartitionBuffer("t", 3, 7);
        await poller.OpenAsync(buffer);
        Assert.Equal(["3@7"], _fakes[0].Assigned);
        _fakes[0].Watermarks = new WatermarkOffsets(0, 60);

        // 7 and 8 are compacted away, 11 ends a transaction, 12 to 49 were aborted, 51 to 59 are in a transaction still open.
        long[] offsets = [9, 10, 50];
        foreach (var offset in offsets)
        {
            _fakes[0].Bring("t", 3, offset);
        }

        var (positions, next) = await ReadAsync(buffer, 3);

        Assert.Equal(offsets, positions);
        Assert.Equal(51, next);
        Assert.Equal(51, buffer.Next);
    }

    [Fact]
    public async Task FatalError_ClientIsMadeAnewAndGoesOnWithoutLossOrRepeat()
    {
        using var poller = Poller();
        var (first, second) = (new PartitionBuffer("t", 0, 5), new PartitionBuffer("t", 1, 100));
        await poller.OpenAsync(first);
        await poller.OpenAsync(second);
        Bring(_fakes[0], 0, 5, 6);
        var (before, _) = await ReadAsync(first, 2);
        Assert.Equal(new long[] { 5, 6 }, before);
        var reading = second.TakeAsync(10, _limit.Token).AsTask();
        await MadeAsync(1);

        _fakes[0].Happen(() => _onError!(Fatal));

        Assert.Equal(SourceErrorKind.Unavailable, (await Assert.ThrowsAsync<SourceException>(() => reading)).Kind);
        await MadeAsync(1);
        Assert.True(_fakes[0].Disposed);
        Bring(_fakes[1], 0, 7);
        Bring(_fakes[1], 1, 100);
        Assert.Equal(new long[] { 7 }, (await ReadAsync(first, 1)).Positions);
        Assert.Equal(new long[] { 100 }, (await ReadAsync(second, 1)).Positions);
        Assert.Equal(["0@7 1@100"], _fakes[1].Assigned);
    }

    [Fact]
    public async Task Error_ClusterAnswersAgainAndNothingComes_AReadSaysSo()
    {
        using var poller = Poller();
        var buffer = new PartitionBuffer("t", 0, 5);
        await poller.OpenAsync(buffer);
        await poller.AskAsync(_ => 0, _limit.Token);
        _fakes[0].Happen(() => _onError!(new Error(ErrorCode.Local_AllBrokersDown)));
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, _limit.Token).AsTask());
        var reading = buffer.TakeAsync(10, _limit.Token).AsTask();
        Assert.False(reading.IsCompleted);

        await poller.AskAsync(_ => 0, _limit.Token);

        using var page = await reading;
        Assert.Equal((0, 5), (page.Count, page.NextPosition));
        Bring(_fakes[0], 0, 5);
        Assert.Equal(new long[] { 5 }, (await ReadAsync(buffer, 1)).Positions);
    }

    [Fact]
    public async Task FatalError_NewClientIsRefusedAtFirst_IsTriedAgain()
    {
        using var poller = Poller();
        var buffer = new PartitionBuffer("t", 0, 0);
        await poller.OpenAsync(buffer);
        await MadeAsync(1);
        _refusals = 1;

        _fakes[0].Happen(() => _onError!(Fatal));

        await MadeAsync(1);
        Bring(_fakes[1], 0, 0);
        Assert.Equal(new long[] { 0 }, (await ReadAsync(buffer, 1)).Positions);
        Assert.Equal(0, _refusals);
    }

    [Fact]
    public async Task ConsumeFails_OnePartition_OnlyItsReaderHearsOfIt()
    {
        using var poller = Poller();
        var (bad, good) = (new PartitionBuffer("t", 0, 0), new PartitionBuffer("t", 1, 0));
        await poller.OpenAsync(bad);
        await poller.OpenAsync(good);
        _fakes[0].Happen(() => throw new ConsumeException(
            new ConsumeResult<byte[], byte[]> { TopicPartitionOffset = new("t", 0, 0) },
            new Error(ErrorCode.TopicAuthorizationFailed, "no")));
        Bring(_fakes[0], 1, 0);

        var error = await Assert.ThrowsAsync<SourceException>(() => bad.TakeAsync(1, _limit.Token).AsTask());

        Assert.Equal(SourceErrorKind.Authorization, error.Kind);
        Assert.Equal(new long[] { 0 }, (await ReadAsync(good, 1)).Positions);
    }

    [Theory]
    [InlineData(-1001, 42, 42)]
    [InlineData(-1001, -1, 90)]
    [InlineData(17, 42, 17)]
    public void Resolve_AtTimestamp_IsTheGroupsOffsetElseTheFirstRecordThenElseTheEnd(long committed, long found, long expected)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        var (fake, session) = FakeConsumer.New();
        (fake.Committed, fake.Watermarks) = (committed, new WatermarkOffsets(10, 90));
        fake.OffsetAt = asked => asked is { Partition.Value: 4, Timestamp.UnixTimestampMs: 1_700_000_000_123 } ? found : 0;

        Assert.Equal(expected, KafkaOffsets.Resolve(session.Consumer, "t", "t-4", new StartAt.AtTimestamp(time)));
        session.Dispose();
    }

    private static void Bring(FakeConsumer fake, int partition, params long[] offsets)
    {
        foreach (var offset in offsets)
        {
            fake.Bring("t", partition, offset);
        }
    }

    private KafkaPoller Poller()
    {
        var environment = new KafkaEnvironment(
            new DispatcherConfig(), new FakeSecrets(), _instruments, NullLoggerFactory.Instance, TimeProvider.System);
        return new KafkaPoller("t", Connect, new KafkaHealth("m", environment));
    }

    private KafkaSession Connect(Action<Error> onError)
    {
        if (_refusals > 0)
        {
            _refusals--;
            throw new SourceException(SourceErrorKind.Configuration, "not now");
        }

        var (fake, session) = FakeConsumer.New();
        _onError = onError;
        _fakes.Add(fake);
        _made.Release();
        return session;
    }

    private async Task MadeAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(await _made.WaitAsync(TimeSpan.FromSeconds(60)));
        }
    }

    /// <summary>Reads as the shard does: a failure is followed by another try.</summary>
    private async Task<(long[] Positions, long Next)> ReadAsync(PartitionBuffer buffer, int count)
    {
        var (positions, next) = (new List<long>(), 0L);
        while (positions.Count < count)
        {
            try
            {
                using var page = await buffer.TakeAsync(count, _limit.Token);
                positions.AddRange(page.Records.ToArray().Select(r => r.Position));
                next = page.NextPosition;
            }
            catch (SourceException error) when (error.Kind is SourceErrorKind.Unavailable or SourceErrorKind.Configuration)
            {
                // Told again until the new client works.
            }
        }

        return ([.. positions], next);
    }
}
