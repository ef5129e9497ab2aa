using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Testing;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>ProvisionedPollerConfig of a Kafka mapping, changed while it runs.</summary>
public sealed class KafkaPollerTests
{
    private const int Partitions = 6;

    /// <summary>The CLI of Debian 12 does not know it.</summary>
    private const string Option = "ProvisionedPollerConfig";

    [Fact]
    public async Task Pollers_ChangedWhileItRuns_ActAtOnceAndLoseNothing()
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await kafka.CreateTopicAsync(topic, Partitions);
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        var uuid = await api.MapAsync(new JsonObject
        {
            ["EventSourceArn"] = KafkaSettings.Arn,
            ["Topics"] = new JsonArray(topic),
            ["StartingPosition"] = "TRIM_HORIZON",
            [Option] = Pollers(3, 6),
        });
        await PollersAsync(api, uuid, 3);
        await ProduceAsync(kafka, topic, 0, 300);
        await witness.SeenAsync(300);

        await ChangeAsync(api, uuid, 1, 1, 1);
        await ProduceAsync(kafka, topic, 300, 300);
        await ChangeAsync(api, uuid, 200, 200, Partitions);
        await ProduceAsync(kafka, topic, 600, 300);

        await witness.SeenAsync(900);
        Assert.Equal(900, witness.Seen.Count);
        Assert.Contains($"dispatcher_provisioned_pollers{{mapping=\"{uuid}\"}} {Partitions}\n", await api.TextAsync("/metrics"));
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task ChangeAsync(Api api, string uuid, int minimum, int maximum, int wanted)
    {
        await api.StateAsync(uuid, "Enabled");
        await api.UpdateAsync(uuid, new JsonObject { [Option] = Pollers(minimum, maximum) });
        await PollersAsync(api, uuid, wanted);
    }

    private static JsonObject Pollers(int minimum, int maximum) => new() { ["MinimumPollers"] = minimum, ["MaximumPollers"] = maximum };

    private static Task PollersAsync(Api api, string uuid, int wanted) => Eventually.EqualAsync(
        (int?)wanted, async () => JsonNode.Parse(await api.TextAsync($"/dispatcher/mappings/{uuid}"))!["pollers"]?.GetValue<int>());

    private static async Task ProduceAsync(KafkaCluster kafka, string topic, int first, int count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = kafka.Servers, LingerMs = 1 })
            .SetLogHandler((_, _) => { }).Build();
        await Task.WhenAll(Enumerable.Range(first, count).Select(n => producer.ProduceAsync(
            new TopicPartition(topic, n % Partitions), new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes($"{n}") })));
    }
}
