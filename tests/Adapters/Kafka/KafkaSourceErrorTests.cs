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

public sealed class KafkaSourceErrorTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>, IDisposable
{
    private static readonly StartAt TrimHorizon = new StartAt.TrimHorizon();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private CancellationToken Limit => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Read_TopicMadeAnew_SaysSoInsteadOfSkippingRecords()
    {
        var topic = await kafka.NewTopicAsync(1);
        await kafka.PutNumbersAsync(topic, 0, 0, 5);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 1_000, Limit);

        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<SourceException>(() => reader.ReadAsync(10, Limit).AsTask());
            Assert.Equal(SourceErrorKind.Configuration, error.Kind);
            Assert.Contains("begins again at offset 0, below 1000", error.Message);
        }
    }

    [Fact]
    public async Task ListShards_UnknownTopic_IsAConfigurationError()
    {
        await using var source = kafka.Source(kafka.Mapping(KafkaCluster.NewName("unknown")));

        var error = await Assert.ThrowsAsync<SourceException>(() => source.ListShardsAsync(Limit).AsTask());

        Assert.Equal(SourceErrorKind.Configuration, error.Kind);
        Assert.Contains("does not exist", error.Message);
    }

    [Fact]
    public async Task ListShards_TopicNotAllowed_IsAnAuthorizationError()
    {
        var topic = await kafka.NewTopicAsync(1);
        await kafka.Cluster.TopicErrorAsync(topic, (int)ErrorCode.TopicAuthorizationFailed);
        await using var source = kafka.Source(kafka.Mapping(topic));

        var error = await Assert.ThrowsAsync<SourceException>(() => source.ListShardsAsync(Limit).AsTask());

        Assert.Equal(SourceErrorKind.Authorization, error.Kind);
        Assert.StartsWith("Cluster failed to authorize Lambda", error.Message);
    }

    [Fact]
    public async Task Resolve_GroupNotAllowed_IsAnAuthorizationError()
    {
        var topic = await kafka.NewTopicAsync(1);
        await using var source = kafka.Source(kafka.Mapping(topic));
        await kafka.Cluster.FailAsync(apiKey: 9, (int)ErrorCode.GroupAuthorizationFailed);

        var error = await Assert.ThrowsAsync<SourceException>(() => source.ResolveAsync($"{topic}-0", TrimHorizon, Limit).AsTask());

        Assert.Equal(SourceErrorKind.Authorization, error.Kind);
    }

    [Fact]
    public async Task Open_NameOfAnotherTopic_IsAConfigurationError()
    {
        var topic = await kafka.NewTopicAsync(1);
        await using var source = kafka.Source(kafka.Mapping(topic));

        var error = await Assert.ThrowsAsync<SourceException>(() => source.OpenAsync("other-0", 0, Limit).AsTask());

        Assert.Equal(SourceErrorKind.Configuration, error.Kind);
    }

    [Fact]
    public async Task Dispose_WithOpenReaders_EndsThem()
    {
        var topic = await kafka.NewTopicAsync(1);
        var source = kafka.Source(kafka.Mapping(topic));
        var reader = await source.OpenAsync($"{topic}-0", 0, Limit);
        var reading = reader.ReadAsync(1, Limit).AsTask();

        await source.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
        await reader.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => source.ListShardsAsync(Limit).AsTask());
    }
}
