using System.Text;
using Confluent.Kafka;
using Dispatcher.Adapters.Destinations;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Adapters.Tests.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Destinations;

public sealed class KafkaDestinationTests(KafkaFixture kafka) : IClassFixture<KafkaFixture>
{
    [Fact]
    public async Task Deliver_Messages_AreInTheTopicWithTheirKeys()
    {
        using var producers = new KafkaProducers();
        var topic = await kafka.NewTopicAsync(1);

        await Destination(producers).DeliverAsync(
            Mapping(topic), [Message("one", "k1"), Message("two", null), Message("", "")], TestContext.Current.CancellationToken);

        var seen = await ReadAsync(topic, 3);
        Assert.Equal([("k1", "one"), (null, "two"), ("", "")], seen);
    }

    [Fact]
    public async Task Deliver_BrokerIsAway_FailsAndThenArrives()
    {
        using var producers = new KafkaProducers();
        var topic = await kafka.NewTopicAsync(1);
        var mapping = Mapping(topic);
        var destination = Destination(producers, ("message.timeout.ms", "1000"));

        await kafka.Cluster.DownAsync();
        await Assert.ThrowsAsync<DestinationException>(
            () => destination.DeliverAsync(mapping, [Message("one", "k")], TestContext.Current.CancellationToken).AsTask());
        await kafka.Cluster.UpAsync();

        // As the shard does it: again and again, until the client has found its way back to the broker.
        await Eventually.TrueAsync(() => ArrivesAsync(destination, mapping), "the message arrives");

        Assert.Equal(("k", "one"), (await ReadAsync(topic, 1))[0]);
    }

    /// <summary>The record came through a topic that allows more: with all that is around it, it would be refused for ever.</summary>
    [Fact]
    public async Task Deliver_TooLargeForTheTopic_ArrivesWithoutItsPayload()
    {
        using var producers = new KafkaProducers();
        var topic = await kafka.NewTopicAsync(1);
        var destination = Destination(producers, ("message.max.bytes", "100000"));
        var large = Message(new string('x', 200_000), "k") with { Brief = "where it is"u8.ToArray() };

        await destination.DeliverAsync(Mapping(topic), [large, Message("small", "k2")], TestContext.Current.CancellationToken);

        Assert.Equal([("k", "where it is"), ("k2", "small")], (await ReadAsync(topic, 2)).Order());
        var all = large with { Brief = null };
        await Assert.ThrowsAsync<DestinationException>(
            () => destination.DeliverAsync(Mapping(topic), [all], TestContext.Current.CancellationToken).AsTask());
    }

    private static async Task<bool> ArrivesAsync(KafkaDestination destination, MappingConfig mapping)
    {
        try
        {
            await destination.DeliverAsync(mapping, [Message("one", "k")], TestContext.Current.CancellationToken);
            return true;
        }
        catch (DestinationException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Deliver_ManyAtATime_ShareOneProducerAndAllArrive()
    {
        using var producers = new KafkaProducers();
        var topic = await kafka.NewTopicAsync(1);
        var destination = Destination(producers);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => destination.DeliverAsync(
            Mapping(topic), [Message($"v{i}", $"k{i}")], TestContext.Current.CancellationToken).AsTask()));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"v{i}").Order(), (await ReadAsync(topic, 20)).Select(s => s.Value).Order());
    }

    [Theory]
    [InlineData("kafka://")]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:topic/test/any/")]
    public async Task Deliver_OfWhatReadsNoKafka_GoesToAClusterOfTheConfiguration(string form)
    {
        using var producers = new KafkaProducers();
        var topic = await kafka.NewTopicAsync(1);
        var place = new MappingConfig { Uuid = "", FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f", OnFailureDestination = form + topic };
        var destination = Destination(producers);
        Assert.True(destination.Handles(place.OnFailureDestination));

        await destination.CheckAsync(place, TestContext.Current.CancellationToken);
        await destination.DeliverAsync(place, [Message("one", null)], TestContext.Current.CancellationToken);

        Assert.Equal([(null, "one")], await ReadAsync(topic, 1));
    }

    [Theory]
    [InlineData("kafka://orders", "exactly one cluster", "a", "b")]
    [InlineData("kafka://orders", "exactly one cluster")]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:topic/c/any/orders", "Cluster 'c' is not in the configuration", "a", "b")]
    [InlineData("kafka://orders", null, "a", "default")]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:topic/b/any/orders", null, "a", "b")]
    public async Task Check_WhichCluster_MustBeClear(string destination, string? error, params string[] clusters)
    {
        using var producers = new KafkaProducers();
        var config = new DispatcherConfig();
        foreach (var name in clusters)
        {
            config.Sources.Kafka[name] = new KafkaClusterConfig { BootstrapServers = "127.0.0.1:9092" };
        }

        var place = new MappingConfig { Uuid = "", FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f", OnFailureDestination = destination };
        var check = () => new KafkaDestination(config, kafka.Secrets, producers).CheckAsync(place, TestContext.Current.CancellationToken).AsTask();

        if (error is null)
        {
            await check();
        }
        else
        {
            Assert.Contains(error, (await Assert.ThrowsAsync<ServiceException>(check)).Message);
        }
    }

    [Theory]
    [InlineData("kafka://")]
    [InlineData("kafka://a b")]
    [InlineData("kafka://..")]
    public async Task Check_NoTopicName_IsRefused(string destination)
    {
        using var producers = new KafkaProducers();

        await Assert.ThrowsAsync<ServiceException>(() => Destination(producers)
            .CheckAsync(kafka.Mapping("orders") with { OnFailureDestination = destination }, TestContext.Current.CancellationToken).AsTask());
    }

    /// <summary>
    /// A destination with a configuration of its own: the tests of the class share a cluster and run in any order, and what one
    /// sets (a time to deliver that is shorter than a new producer may need to begin) must not hold for the next.
    /// </summary>
    private KafkaDestination Destination(KafkaProducers producers, params (string Name, string Value)[] client)
    {
        var shared = kafka.Config.Sources.Kafka["test"];
        var own = new KafkaClusterConfig { BootstrapServers = shared.BootstrapServers, Client = new Dictionary<string, string>(shared.Client) };
        foreach (var (name, value) in client)
        {
            own.Client[name] = value;
        }

        var config = new DispatcherConfig();
        config.Sources.Kafka["test"] = own;
        return new(config, kafka.Secrets, producers);
    }

    private MappingConfig Mapping(string topic) => kafka.Mapping("source") with { OnFailureDestination = $"kafka://{topic}" };

    private static DestinationMessage Message(string body, string? key)
        => new(Encoding.UTF8.GetBytes(body), key is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(key));

    private async Task<List<(string? Key, string Value)>> ReadAsync(string topic, int count)
    {
        await using var source = kafka.Source(kafka.Mapping(topic));
        await using var reader = await source.OpenAsync($"{topic}-0", 0, TestContext.Current.CancellationToken);
        var seen = new List<(string?, string)>();
        while (seen.Count < count)
        {
            using var page = await reader.ReadAsync(100, TestContext.Current.CancellationToken);
            foreach (var record in page.Records)
            {
                var key = (record.Flags & Contracts.Records.RecordFlags.NullKey) != 0 ? null : Encoding.UTF8.GetString(record.Key.Span);
                seen.Add((key, Encoding.UTF8.GetString(record.Data.Span)));
            }
        }

        return seen;
    }
}
