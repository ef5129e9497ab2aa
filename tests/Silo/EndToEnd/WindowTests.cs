using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Tumbling windows, driven by the AWS CLI: the function counts records in the state that it hands on.</summary>
public sealed class WindowTests
{
    public WindowTests() => AwsCli.SkipIfMissing();

    /// <summary>
    /// The state comes from invocation to invocation, over a restart, and ends with the window, which a change of the lanes ends
    /// early. An answer without a state is a failure.
    /// </summary>
    [Fact]
    public async Task Stream_RestartInTheMiddle_GoesOnWithTheState()
    {
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var (api, aws) = (new Api(server.Url), new AwsCli(server.Url.ToString()));
        inbox.Answer = payload => inbox.Events.IsEmpty ? """{"n":1}""" : Count(payload);
        await api.CreateFunctionAsync(inbox.Url);
        await api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 5, 1);
        var mapping = await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders", "--tumbling-window-in-seconds", "900");
        var uuid = mapping.GetProperty("UUID").GetString()!;
        await inbox.CountAsync(2); // without a state, and again
        Assert.Equal([[0, 1, 2, 3, 4], [0, 1, 2, 3, 4]], inbox.Batches);
        await api.ResultAsync(uuid, "OK");

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 5, 5, 1);
        await Eventually.TrueAsync(() => inbox.Batches.SelectMany(b => b).Contains(9), "the new records come");
        await aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--parallelization-factor", "2");
        await Eventually.TrueAsync(() => Finals(inbox).Sum(Gathered) == 10, "the windows end with all that they gathered");

        Assert.True(Finals(inbox)[^1].GetProperty("isWindowTerminatedEarly").GetBoolean());
        Assert.Equal(15, inbox.Batches.Sum(b => b.Length)); // five came twice
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Kafka_WindowOver_EndsWithAnInvocationOfItsOwn()
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await kafka.CreateTopicAsync(topic, 1);
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        inbox.Answer = Count;
        await new Api(server.Url).CreateFunctionAsync(inbox.Url);
        await ProduceAsync(kafka, topic, 10);
        await new AwsCli(server.Url.ToString()).RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON", "--topics", topic,
            "--event-source-arn", KafkaSettings.Arn, "--batch-size", "3", "--tumbling-window-in-seconds", "2");

        await Eventually.TrueAsync(() => Finals(inbox).Sum(Gathered) == 10, "the windows end with all that they gathered");
        Assert.All(Finals(inbox), final => Assert.Empty(Inbox.Numbers(final)));
        Assert.All(Finals(inbox), final => Assert.False(final.GetProperty("isWindowTerminatedEarly").GetBoolean()));
        Assert.Equal(Finals(inbox).Count, Finals(inbox).Select(Window).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 10), inbox.Batches.SelectMany(b => b));
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static string Count(JsonElement payload) => $$$"""{"state":{"n":{{{Gathered(payload) + Inbox.Numbers(payload).Length}}}}}""";

    private static int Gathered(JsonElement payload) => payload.GetProperty("state").TryGetProperty("n", out var n) ? n.GetInt32() : 0;

    private static string? Window(JsonElement payload) => payload.GetProperty("window").GetProperty("start").GetString();

    private static List<JsonElement> Finals(Inbox inbox) => [.. inbox.Events.Where(e => e.GetProperty("isFinalInvokeForWindow").GetBoolean())];

    private static async Task ProduceAsync(KafkaCluster kafka, string topic, int count)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = kafka.Servers, LingerMs = 1 })
            .SetLogHandler((_, _) => { }).Build();
        for (var number = 0; number < count; number++)
        {
            await producer.ProduceAsync(topic, new Message<Null, byte[]> { Value = Encoding.ASCII.GetBytes($"{number}") });
        }
    }
}
