using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Testing;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.RabbitMq;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>
/// Records of asynchronous invocations arrive at topics, at queues of brokers and at functions: of successes at one place, of failures
/// at another. The real server, driven by the AWS CLI.
/// </summary>
public sealed class AsyncDestinationTests(SourceLab lab, Brokers brokers) : IClassFixture<SourceLab>
{
    private const string FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:";
    private const string TopicArn = "arn:aws:kafka:us-east-1:000000000000:topic/test/00000000-0000-0000-0000-000000000000-1/";
    private const string QueueArn = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1:";

    [Fact]
    public async Task Topics_ByNameAndByArn_HaveTheRecords()
    {
        var kafka = await brokers.KafkaAsync();
        var (done, failed) = (KafkaCluster.NewName("done"), KafkaCluster.NewName("failed"));
        await kafka.CreateTopicAsync(done, 1);
        await kafka.CreateTopicAsync(failed, 1);
        await using var inbox = await StartAsync("topics", $"kafka://{done}", TopicArn + failed);

        await SendAsync("topics", "good");
        await SendAsync("topics", "bad");

        var good = TestTopic.Read(kafka, done, 1)[0];
        Assert.Null(good.Key);
        CheckSuccess("topics", JsonDocument.Parse(good.Value).RootElement);
        CheckFailure("topics", JsonDocument.Parse(TestTopic.Read(kafka, failed, 1)[0].Value).RootElement);
    }

    [Fact]
    public async Task QueuesOfABroker_HaveTheRecords()
    {
        var rabbit = await brokers.RabbitMqAsync();
        await using var connection = await new ConnectionFactory
        {
            Uri = new Uri(rabbit.Url), UserName = RabbitMqServer.User, Password = RabbitMqServer.Password,
        }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("async-done", true, false, false);
        await channel.QueueDeclareAsync("async-failed", true, false, false);
        await using var inbox = await StartAsync("queues", QueueArn + "async-done", QueueArn + "async-failed");

        await SendAsync("queues", "good");
        await SendAsync("queues", "bad");

        CheckSuccess("queues", await GetAsync(channel, "async-done"));
        CheckFailure("queues", await GetAsync(channel, "async-failed"));
    }

    [Fact]
    public async Task Functions_HaveTheRecordsAsEventsOfTheirOwn()
    {
        await using var done = await Inbox.StartAsync();
        await using var failed = await Inbox.StartAsync();
        await lab.Api.CreateFunctionAsync(done.Url, "done");
        await lab.Api.CreateFunctionAsync(failed.Url, "failed");
        await using var inbox = await StartAsync("functions", FunctionArn + "done", FunctionArn + "failed");

        await SendAsync("functions", "good");
        await SendAsync("functions", "bad");

        await done.CountAsync(1);
        await failed.CountAsync(1);
        CheckSuccess("functions", Assert.Single(done.Events));
        CheckFailure("functions", Assert.Single(failed.Events));
    }

    /// <summary>A function that fails when it is sent <c>bad</c>, and does so once only.</summary>
    private async Task<Inbox> StartAsync(string function, string onSuccess, string onFailure)
    {
        var inbox = await Inbox.StartAsync();
        inbox.Answer = payload => payload.GetProperty("n").GetString() == "bad" ? null : """{"did":1}""";
        await lab.Api.CreateFunctionAsync(inbox.Url, function);
        await lab.Aws.RunAsync(
            "lambda", "put-function-event-invoke-config", "--function-name", function, "--maximum-retry-attempts", "0",
            "--destination-config", new JsonObject
            {
                ["OnSuccess"] = new JsonObject { ["Destination"] = onSuccess }, ["OnFailure"] = new JsonObject { ["Destination"] = onFailure },
            }.ToJsonString());
        return inbox;
    }

    private async Task SendAsync(string function, string what)
    {
        var (meta, _) = await lab.Aws.InvokeAsync(function, $$"""{"n":"{{what}}"}""", "--invocation-type", "Event");
        Assert.Equal(202, meta.GetProperty("StatusCode").GetInt32());
    }

    private static void CheckSuccess(string function, JsonElement record)
    {
        var context = record.GetProperty("requestContext");
        Assert.Equal(("Success", 1), (context.GetProperty("condition").GetString(), context.GetProperty("approximateInvokeCount").GetInt32()));
        Assert.Equal($"{FunctionArn}{function}:$LATEST", context.GetProperty("functionArn").GetString());
        Assert.Equal("""{"n":"good"}""", record.GetProperty("requestPayload").GetRawText());
        Assert.Equal("""{"did":1}""", record.GetProperty("responsePayload").GetRawText());
    }

    private static void CheckFailure(string function, JsonElement record)
    {
        var context = record.GetProperty("requestContext");
        Assert.Equal(("RetriesExhausted", 1), (context.GetProperty("condition").GetString(), context.GetProperty("approximateInvokeCount").GetInt32()));
        Assert.Equal($"{FunctionArn}{function}:$LATEST", context.GetProperty("functionArn").GetString());
        Assert.Equal("""{"n":"bad"}""", record.GetProperty("requestPayload").GetRawText());
        Assert.Equal("Unhandled", record.GetProperty("responseContext").GetProperty("functionError").GetString());
    }

    private static async Task<JsonElement> GetAsync(IChannel channel, string queue)
    {
        BasicGetResult? message = null;
        await Eventually.TrueAsync(async () => (message = await channel.BasicGetAsync(queue, autoAck: true)) is not null, $"a record arrives in {queue}");
        Assert.True(message!.BasicProperties.Persistent);
        return JsonDocument.Parse(message.Body).RootElement;
    }
}
