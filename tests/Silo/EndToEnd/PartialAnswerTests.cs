using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.RabbitMq;
using Dispatcher.Testing.Server;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>ReportBatchItemFailures with the identifiers of each broker, driven by the AWS CLI.</summary>
public sealed class PartialAnswerTests
{
    public PartialAnswerTests() => AwsCli.SkipIfMissing();

    /// <summary>Kafka's identifier is an object; the records before the named one are not invoked again.</summary>
    [Fact]
    public async Task Kafka_NamedOffset_GoesOnThere()
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await kafka.CreateTopicAsync(topic, 1);
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var named = false;
        inbox.Answer = payload => !named && (named = Inbox.Numbers(payload).Contains(3))
            ? $$$"""{"batchItemFailures":[{"itemIdentifier":{"partition":"{{{topic}}}-0","offset":3}}]}"""
            : "{}";
        await new Api(server.Url).CreateFunctionAsync(inbox.Url);
        await ProduceAsync(kafka, topic, 6);
        await new AwsCli(server.Url.ToString()).RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON", "--topics", topic,
            "--event-source-arn", KafkaSettings.Arn, "--function-response-types", "ReportBatchItemFailures");

        await Eventually.TrueAsync(() => inbox.Batches.Any(b => b is [3, ..]), "the named record comes again");
        await Eventually.TrueAsync(() => inbox.Batches[^1] is [.., 5], "all records come");
        await MappingLedger.BalancedAsync(server.Url);
        var seen = inbox.Batches.SelectMany(b => b).ToArray();
        Assert.Equal([0, 1, 2], seen.Where(n => n < 3));
        Assert.Equal(2, seen.Count(n => n == 3));
    }

    /// <summary>RabbitMQ's identifier is the message id; the named message comes again alone.</summary>
    [Fact]
    public async Task RabbitMq_NamedMessage_ComesAgainAlone()
    {
        RabbitMqServer.SkipIfMissing();
        await using var rabbit = await RabbitMqServer.StartAsync();
        await PublishAsync(rabbit, 6);
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = Config(rabbit) });
        var named = false;
        inbox.Answer = payload => !named && (named = Inbox.Numbers(payload).Contains(3))
            ? """{"batchItemFailures":[{"itemIdentifier":"m3"}]}"""
            : "{}";
        await new Api(server.Url).CreateFunctionAsync(inbox.Url);
        await new AwsCli(server.Url.ToString()).RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--queues", "orders",
            "--event-source-arn", "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1", "--function-response-types", "ReportBatchItemFailures",
            "--source-access-configurations", "Type=BASIC_AUTH,URI=arn:aws:secretsmanager:us-east-1:000000000000:secret:right");

        await Eventually.TrueAsync(() => inbox.Batches.Sum(b => b.Length) >= 7, "the named message comes again");
        await MappingLedger.BalancedAsync(server.Url);
        Assert.Equal([0, 1, 2, 3, 3, 4, 5], inbox.Batches.SelectMany(b => b).Order());
        Assert.Contains(inbox.Batches, b => b is [3]);
    }

    private static string Config(RabbitMqServer rabbit) => new JsonObject
    {
        ["Sources"] = new JsonObject { ["RabbitMq"] = new JsonObject { ["shop"] = new JsonObject { ["Url"] = rabbit.Url } } },
        ["Secrets"] = new JsonObject
        {
            ["right"] = new JsonObject
            {
                ["Value"] = new JsonObject { ["username"] = RabbitMqServer.User, ["password"] = RabbitMqServer.Password }.ToJsonString(),
            },
        },
    }.ToJsonString();

    private static async Task PublishAsync(RabbitMqServer rabbit, int count)
    {
        await using var connection = await new ConnectionFactory
        {
            Uri = new Uri(rabbit.Url), UserName = RabbitMqServer.User, Password = RabbitMqServer.Password,
        }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.QueueDeclareAsync("orders", true, false, false);
        for (var number = 0; number < count; number++)
        {
            var properties = new BasicProperties { Persistent = true, MessageId = $"m{number}" };
            await channel.BasicPublishAsync("", "orders", mandatory: true, properties, Encoding.ASCII.GetBytes($"{number}"));
        }
    }

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
