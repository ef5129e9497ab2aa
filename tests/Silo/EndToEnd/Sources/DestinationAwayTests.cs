using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Testing;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.RabbitMq;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>
/// Destinations of every kind that are away when a batch is given up: nothing is passed, and when they are back they have it.
/// Driven by the AWS CLI.
/// </summary>
public sealed class DestinationAwayTests(SourceLab lab, Brokers brokers) : IClassFixture<SourceLab>
{
    [Fact]
    public async Task Topic_ComesBack_HasTheRecordUnderItsKey()
    {
        var kafka = await brokers.KafkaAsync();
        await using var source = await lab.SourceAsync("kafka");
        var dead = "dead-" + source.Name;
        await kafka.CreateTopicAsync(dead, 1);
        await kafka.TopicErrorAsync(dead, (int)ErrorCode.TopicAuthorizationFailed);

        await AwayAsync(source, $"kafka://{dead}");
        await kafka.TopicErrorAsync(dead, 0);

        var message = TestTopic.Read(kafka, dead, 1)[0];
        Assert.Equal("k0", message.Key);
        await BackAsync(source, JsonDocument.Parse(message.Value).RootElement, "RetriesExhausted");
    }

    [Fact]
    public async Task Function_ComesBack_HasTheRecord()
    {
        await using var source = await lab.SourceAsync("queue");
        await using var inbox = await Inbox.StartAsync();
        await lab.Api.CreateFunctionAsync(inbox.Url, "dead-" + source.Name);

        await AwayAsync(source, "arn:aws:lambda:us-east-1:000000000000:function:dead-" + source.Name, async () => (await lab.Api.LambdaAsync(
            HttpMethod.Delete, "/2015-03-31/functions/dead-" + source.Name)).Must(HttpStatusCode.NoContent));
        await lab.Api.CreateFunctionAsync(inbox.Url, "dead-" + source.Name);

        await inbox.CountAsync(1);
        await BackAsync(source, Assert.Single(inbox.Events), "RetryAttemptsExhausted");
    }

    [Fact]
    public async Task RabbitMqQueue_ComesBack_HasTheRecord()
    {
        var rabbit = await brokers.RabbitMqAsync();
        await using var source = await lab.SourceAsync("rabbitmq");

        await AwayAsync(source, "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1:dead-" + source.Name);
        await using var connection = await new ConnectionFactory
        {
            Uri = new Uri(rabbit.Url), UserName = RabbitMqServer.User, Password = RabbitMqServer.Password,
        }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("dead-" + source.Name, true, false, false);

        BasicGetResult? message = null;
        await Eventually.TrueAsync(async () => (message = await channel.BasicGetAsync("dead-" + source.Name, autoAck: true)) is not null, "the record arrives");
        Assert.True(message!.BasicProperties.Persistent);
        await BackAsync(source, JsonDocument.Parse(message.Body).RootElement, "RetryAttemptsExhausted");
    }

    /// <summary>Gives a record up while the destination is away; the checkpoint stays before it.</summary>
    private async Task AwayAsync(TestSource source, string destination, Func<Task>? leave = null)
    {
        source.Function.Answer = payload => Inbox.Numbers(payload).Contains(0) ? null : "";
        await source.MapAsync(
            "--maximum-retry-attempts", "0", "--batch-size", "1",
            "--destination-config", new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = destination } }.ToJsonString());
        await (leave?.Invoke() ?? Task.CompletedTask);
        await source.PutAsync(new TestRecord("0", "k0"));
        var lane = await source.LaneAsync(l => l.TryGetProperty("destinationError", out _), "a delivery fails");
        Assert.Equal("RetryAttemptsExhausted", lane.GetProperty("givenUp").GetString());
        Assert.Contains(lane.GetProperty("lastRequestId").GetString(), source.Function.Requests);
        Assert.Equal(0, await source.CountAsync("committed_event_count_total"));
    }

    /// <summary>The destination has the record, the mapping goes on, and the function was called once for each.</summary>
    private static async Task BackAsync(TestSource source, JsonElement record, string condition)
    {
        Assert.Equal(condition, record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal(source.Function.Requests.First(), record.GetProperty("requestContext").GetProperty("requestId").GetString());
        Assert.Equal("0", EventReader.Text(Assert.Single(EventReader.Elements(record.GetProperty("payload")))));
        await source.PutAsync(new TestRecord("1", "k0"));
        await source.CountedAsync("succeeded_event_count_total", 1);
        await source.CountedAsync("on_failure_destination_delivered_event_count_total", 1);
        Assert.Equal([[0], [1]], source.Function.Batches);
        await source.EndAsync();
    }
}
