using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Tests.EndToEnd.Sources;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Records that a function never deals with arrive at the on-failure destination, and only then are they passed.</summary>
public sealed class DestinationTests(Brokers brokers)
{
    private const string Function = "arn:aws:lambda:us-east-1:000000000000:function:";

    [Fact]
    public async Task GivenUp_SqsDestination_HasAwsRecordAndTheMappingGoesOn()
    {
        AwsCli.SkipIfMissing();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var (api, aws) = (new Api(server.Url), new AwsCli(server.Url.ToString()));
        witness.Answer = records => Task.FromResult(records.Any(r => r.Number < 10) ? 500 : 200);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);
        var queue = (await aws.RunAsync("sqs", "create-queue", "--queue-name", "dlq")).GetProperty("QueueUrl").GetString()!;
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 10, 7);
        var mapping = await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON", "--batch-size", "10",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders", "--maximum-retry-attempts", "1",
            "--destination-config", """{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:dlq"}}""");

        var received = await aws.RunAsync("sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "20");
        using var record = JsonDocument.Parse(Assert.Single(received.GetProperty("Messages").EnumerateArray()).GetProperty("Body").GetString()!);
        var (request, batch) = (record.RootElement.GetProperty("requestContext"), record.RootElement.GetProperty("KinesisBatchInfo"));
        Assert.Equal("RetryAttemptsExhausted", request.GetProperty("condition").GetString());
        Assert.Equal(2, request.GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal(Function + "f", request.GetProperty("functionArn").GetString());
        Assert.Equal(("shardId-000000000000", 10), (batch.GetProperty("shardId").GetString(), batch.GetProperty("batchSize").GetInt32()));
        Assert.Equal(SequenceNumber.Format(witness.Seen[0].Position), batch.GetProperty("startSequenceNumber").GetString());
        Assert.Equal(SequenceNumber.Format(witness.Seen[9].Position), batch.GetProperty("endSequenceNumber").GetString());

        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 10, 10, 7);
        await witness.SeenAsync(20);
        await api.ResultAsync(mapping.GetProperty("UUID").GetString()!, "OK");
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task CreateMapping_DestinationsThatAreNotThere_AreRefused()
    {
        AwsCli.SkipIfMissing();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var (api, aws) = (new Api(server.Url), new AwsCli(server.Url.ToString()));
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", 1);

        foreach (var (destination, reason) in ((string, string)[])
            [("arn:aws:sqs:us-east-1:000000000000:none", "does not exist"), (Function + "none", "Function not found"),
            ("arn:aws:mq:us-east-1:000000000000:broker:none:b-1:q", "Broker 'none' is not in the configuration"),
            ("kafka://topic", "only valid for Kafka")])
        {
            Assert.Contains(reason, await aws.FailAsync(
                "lambda", "create-event-source-mapping", "--function-name", "f", "--starting-position", "TRIM_HORIZON",
                "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders",
                "--destination-config", $$$"""{"OnFailure":{"Destination":"{{{destination}}}"}}"""));
        }
    }

    [Fact]
    public async Task GivenUp_DestinationIsAwayAndTheServerIsKilled_NothingIsPassedAndTheSameRecordArrives()
    {
        await using var witness = await Witness.StartAsync();
        await using var inbox = await Inbox.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        witness.Answer = _ => Task.FromResult(500);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateFunctionAsync(inbox.Url, "g");
        await api.CreateStreamAsync("orders", 1);
        var uuid = await api.MapStreamAsync("orders", new JsonObject
        {
            ["MaximumRetryAttempts"] = 1,
            ["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = Function + "g" } },
        });
        (await api.LambdaAsync(HttpMethod.Delete, "/2015-03-31/functions/g")).Must(HttpStatusCode.NoContent);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 1, 1);

        var stuck = await StuckAsync(api, uuid, witness);
        Assert.Equal("RetryAttemptsExhausted", stuck.GetProperty("givenUp").GetString());
        var shown = await ProgramRun.OfAsync("status", uuid, "--url", server.Url.ToString());
        Assert.Contains(stuck.GetProperty("lastRequestId").GetString()!, shown.Output);
        Assert.Contains("given up: RetryAttemptsExhausted; destination: Function not found", shown.Output);
        await server.KillAsync();
        await server.StartAgainAsync();
        var again = await StuckAsync(api, uuid, witness);
        Assert.Equal(stuck.GetProperty("lastRequestId").GetString(), again.GetProperty("lastRequestId").GetString());
        Assert.Empty(inbox.Events);
        await api.CreateFunctionAsync(inbox.Url, "g");

        await Eventually.TrueAsync(() => !inbox.Events.IsEmpty, "the record arrives");
        var record = Assert.Single(inbox.Events);
        Assert.Equal(stuck.GetProperty("lastRequestId").GetString(), record.GetProperty("requestContext").GetProperty("requestId").GetString());
        Assert.Equal(2, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal(2, witness.Batches.Count);
        await Eventually.EqualAsync(witness.Seen[0].Position + 1, async () => (await ShardAsync(api, uuid)).GetProperty("next").GetInt64());
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task GivenUp_KafkaDestination_HasEveryRecordUnderItsKey()
    {
        var kafka = await brokers.KafkaAsync();
        var (topic, dead) = (KafkaCluster.NewName(), KafkaCluster.NewName("dead"));
        await kafka.CreateTopicAsync(topic, 1);
        await kafka.CreateTopicAsync(dead, 1);
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var api = new Api(server.Url);
        witness.Answer = _ => Task.FromResult(500);
        await api.CreateFunctionAsync(witness.Url);
        await ProduceAsync(kafka, topic, 3);
        await api.MapAsync(new JsonObject
        {
            ["EventSourceArn"] = KafkaSettings.Arn,
            ["Topics"] = new JsonArray(topic),
            ["StartingPosition"] = "TRIM_HORIZON",
            ["MaximumRetryAttempts"] = 0,
            ["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = $"kafka://{dead}" } },
        });

        var messages = TestTopic.Read(kafka, dead, 3);
        Assert.Equal(["k0", "k1", "k2"], messages.Select(m => m.Key));
        using var record = JsonDocument.Parse(messages[2].Value);
        Assert.Equal("RetriesExhausted", record.RootElement.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal("2", record.RootElement.GetProperty("KafkaBatchInfo").GetProperty("recordInfo").GetProperty("offset").GetString());
        var failed = record.RootElement.GetProperty("payload").GetProperty("records").GetProperty($"{topic}-0")[0];
        Assert.Equal("2", Encoding.UTF8.GetString(failed.GetProperty("value").GetBytesFromBase64()));
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>Waits until a delivery has failed; returns the lane. Its shard has passed nothing.</summary>
    private static async Task<JsonElement> StuckAsync(Api api, string uuid, Witness witness)
    {
        JsonElement lane = default;
        await Eventually.TrueAsync(
            async () => (await ShardAsync(api, uuid)) is var shard && shard.GetProperty("lanes").GetArrayLength() > 0
                && (lane = shard.GetProperty("lanes")[0]).TryGetProperty("destinationError", out _) && shard.GetProperty("next").GetInt64() == witness.Seen[0].Position,
            "a delivery fails");
        return lane;
    }

    private static async Task<JsonElement> ShardAsync(Api api, string uuid)
    {
        using var status = JsonDocument.Parse(await api.TextAsync($"/dispatcher/mappings/{uuid}"));
        var shards = status.RootElement.GetProperty("shards").Clone();
        return shards.GetArrayLength() > 0 ? shards[0] : JsonDocument.Parse("""{"lanes":[],"next":-1}""").RootElement;
    }

    private static async Task ProduceAsync(KafkaCluster kafka, string topic, int count)
    {
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = kafka.Servers, LingerMs = 1 })
            .SetLogHandler((_, _) => { }).Build();
        for (var number = 0; number < count; number++)
        {
            await producer.ProduceAsync(topic, new Message<string, string> { Key = $"k{number}", Value = $"{number}" });
        }
    }
}
