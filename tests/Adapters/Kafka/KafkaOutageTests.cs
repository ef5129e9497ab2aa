using System.Diagnostics.Metrics;
using Dispatcher.Adapters.Tests.Workers;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>Brokers that go and come; in a class of its own because the cluster is down meanwhile.</summary>
public sealed class KafkaOutageTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Read_BrokerDownAndBack_SaysSoAndGoesOn()
    {
        Assert.SkipUnless(kafka.Cluster.IsMock, "DISPATCHER_TEST_KAFKA names a real cluster, which is not taken down");
        var topic = await kafka.NewTopicAsync(1);
        await kafka.PutNumbersAsync(topic, 0, 0, 10);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 0, _limit.Token);
        Assert.Equal(10, await ReadToAsync(reader, 10));

        var reading = reader.ReadAsync(10, _limit.Token).AsTask();
        await WhileDownAsync(async () =>
        {
            // Which of its errors the client tells first is its own affair.
            var error = await Assert.ThrowsAsync<SourceException>(() => reading);
            Assert.Equal(SourceErrorKind.Unavailable, error.Kind);
            Assert.Matches("^(No broker of the Kafka cluster can be reached|The Kafka cluster does not answer: .+)$", error.Message);
            await reader.CommitAsync(new Checkpoint(10), _limit.Token);
            var listing = await Assert.ThrowsAsync<SourceException>(() => source.ListShardsAsync(_limit.Token).AsTask());
            Assert.Equal(SourceErrorKind.Unavailable, listing.Kind);
        });
        await kafka.PutNumbersAsync(topic, 0, 10, 10);

        Assert.Equal(20, await ReadToAsync(reader, 20));
        Assert.Single(await source.ListShardsAsync(_limit.Token));
    }

    [Fact]
    public async Task Outage_ReportedManyTimes_IsLoggedOnceAndItsEndOnce()
    {
        Assert.SkipUnless(kafka.Cluster.IsMock, "DISPATCHER_TEST_KAFKA names a real cluster, which is not taken down");
        var topic = await kafka.NewTopicAsync(1);
        await kafka.PutNumbersAsync(topic, 0, 0, 10);
        var mapping = kafka.Mapping(topic);
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reports = 0;
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "ErrorCount")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags.Contains(new("mapping", mapping.Uuid)) && Interlocked.Increment(ref reports) == 25)
            {
                enough.TrySetResult();
            }
        });
        meters.Start();
        using var log = new LogLines();
        using var loggers = new LoggerFactory([log]);
        await using var source = kafka.Source(mapping, loggers);
        await using var reader = await source.OpenAsync($"{topic}-0", 0, _limit.Token);
        Assert.Equal(10, await ReadToAsync(reader, 10));

        await WhileDownAsync(() => enough.Task.WaitAsync(_limit.Token));
        await kafka.PutNumbersAsync(topic, 0, 10, 10);
        Assert.Equal(20, await ReadToAsync(reader, 20));

        Assert.Single(log.Lines, l => l.Contains("KafkaClientError", StringComparison.Ordinal));
        Assert.Single(log.Lines, l => l.Contains("KafkaClusterBack", StringComparison.Ordinal));
        Assert.InRange(log.Lines.Count(l => !l.StartsWith("Debug", StringComparison.Ordinal)), 2, 8);
    }

    [Fact]
    public async Task ListShards_NobodyListens_IsUnavailable()
    {
        var port = FreePorts.Take();
        await using var source = kafka.Source(kafka.Mapping("topic") with { KafkaBootstrapServers = [$"127.0.0.1:{port}"] });

        var error = await Assert.ThrowsAsync<SourceException>(() => source.ListShardsAsync(_limit.Token).AsTask());

        Assert.Equal(SourceErrorKind.Unavailable, error.Kind);
    }

    /// <summary>Takes the broker down for a while; whatever happens, the next test has it again.</summary>
    private async Task WhileDownAsync(Func<Task> look)
    {
        await kafka.Cluster.DownAsync();
        try
        {
            await look();
        }
        finally
        {
            await kafka.Cluster.UpAsync();
        }
    }

    private async Task<long> ReadToAsync(IShardReader reader, long end)
    {
        while (true)
        {
            try
            {
                using var page = await reader.ReadAsync(100, _limit.Token);
                if (page.NextPosition >= end)
                {
                    return page.NextPosition;
                }
            }
            catch (SourceException error) when (error.Kind == SourceErrorKind.Unavailable)
            {
                // The outage may be told once more; the read is repeated as the shard does.
            }
        }
    }
}
