using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Kafka clusters and topics that are not there, or not always.</summary>
public sealed class KafkaTroubleTests
{
    [Fact]
    public async Task Map_TopicMissing_ShowsItAndStartsWhenItIsThere()
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var api = new Api(server.Url);
        var topic = KafkaCluster.NewName();
        await kafka.TopicErrorAsync(topic, (int)ErrorCode.UnknownTopicOrPart);
        var uuid = await MapAsync(api, witness, topic);

        Assert.Contains($"Topic '{topic}' does not exist", await api.ReasonAsync(uuid, "ESM_CONFIG_NOT_VALID"));
        await kafka.TopicErrorAsync(topic, 0); // the mock makes a topic when it is told of its error
        await ProduceAsync(kafka, topic, 0, 10);

        await witness.SeenAsync(10);
        await api.ReasonAsync(uuid, "User action");
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Map_NoBroker_ShowsIt()
    {
        KafkaSettings.SkipIfMissing();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);

        var uuid = await api.MapAsync(new JsonObject
        {
            ["SelfManagedEventSource"] = new JsonObject
            {
                ["Endpoints"] = new JsonObject { ["KAFKA_BOOTSTRAP_SERVERS"] = new JsonArray("127.0.0.1:1") },
            },
            ["Topics"] = new JsonArray("orders"),
            ["StartingPosition"] = "TRIM_HORIZON",
        });

        Assert.StartsWith("PROBLEM: ", await api.ReasonAsync(uuid, "EVENT_SOURCE_UNAVAILABLE"));
        await api.DeleteAsync(uuid);
    }

    [Fact]
    public async Task Outage_OfTheBroker_EndsByItselfAndLosesNothing()
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await kafka.CreateTopicAsync(topic, 2);
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var api = new Api(server.Url);
        var uuid = await MapAsync(api, witness, topic);
        await ProduceAsync(kafka, topic, 0, 100);
        await witness.SeenAsync(100);

        await kafka.DownAsync();
        Assert.StartsWith("PROBLEM: ", await api.ReasonAsync(uuid, "EVENT_SOURCE_UNAVAILABLE"));
        await kafka.UpAsync();
        await ProduceAsync(kafka, topic, 100, 100);

        await witness.SeenAsync(200);
        await api.ReasonAsync(uuid, "User action");
        Assert.Equal(200, witness.Seen.Count);
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task<string> MapAsync(Api api, Witness witness, string topic)
    {
        await api.CreateFunctionAsync(witness.Url);
        return await api.MapAsync(new JsonObject
        {
            ["EventSourceArn"] = KafkaSettings.Arn,
            ["Topics"] = new JsonArray(topic),
            ["StartingPosition"] = "TRIM_HORIZON",
        });
    }

    private static async Task ProduceAsync(KafkaCluster kafka, string topic, int first, int count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
        {
            BootstrapServers = kafka.Servers, LingerMs = 1, ReconnectBackoffMaxMs = 100, EnableIdempotence = true,
        }).SetLogHandler((_, _) => { }).Build();
        await Task.WhenAll(Enumerable.Range(first, count).Select(
            n => producer.ProduceAsync(new TopicPartition(topic, n % 2), new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes($"{n}") })));
    }
}
