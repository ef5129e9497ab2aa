using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>What a server that was stopped or killed still knows of its batches. Driven by the AWS CLI.</summary>
public sealed class SourceRestartTests(SourceLab lab) : IClassFixture<SourceLab>
{
    /// <summary>The attempts are counted on over a stop and a kill.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Retries_StoppedAndKilledInTheMiddle_GoOnCounting(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        source.Function.Answer = _ => null;
        await source.PutAsync(0, 3);
        await source.MapAsync(
            "--maximum-retry-attempts", "4", "--batch-size", "3", "--maximum-batching-window-in-seconds", "1",
            "--destination-config", OnFailure(SourceLab.QueueArn("dead-" + source.Name)));
        await source.Function.CountAsync(2);

        Assert.Equal(0, await lab.Server.StopAsync());
        var stopped = source.Function.Events.Count;
        await lab.Server.StartAgainAsync();
        await source.Function.CountAsync(stopped + 1);
        await lab.Server.KillAsync();
        await lab.Server.StartAgainAsync();

        var record = Assert.Single(await lab.ReceiveAsync(dead));
        Assert.Equal("RetryAttemptsExhausted", record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal(source.Ordered ? 3 : 1, record.GetProperty(source.BatchInfo).GetProperty("batchSize").GetInt32());
        Assert.All(source.Function.Batches, batch => Assert.Equal([0, 1, 2], source.Ordered ? batch : batch.Order()));

        // The call that ran at the kill is not counted: nobody heard of its end.
        Assert.Equal(5, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        Assert.InRange(source.Function.Events.Count, 5, 6);
        await source.CountedAsync("on_failure_destination_delivered_event_count_total", 3);
        await source.EndAsync();
    }

    /// <summary>A record that is too old after a restart is given up, with the invocations of both lives; what is behind it goes on.</summary>
    [Theory]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task RecordAge_ExceededAfterARestart_CountsTheInvocationsOfBothLives(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        source.Function.Answer = payload => Inbox.Numbers(payload).Contains(1) ? null : "";
        await source.PutAsync(new TestRecord("1", Time: DateTimeOffset.UtcNow.AddHours(-1)), new TestRecord("2"));
        await source.MapAsync(
            "--maximum-retry-attempts", "10000", "--batch-size", "1", "--destination-config", OnFailure(SourceLab.QueueArn("dead-" + source.Name)));
        await source.LaneAsync(l => l.GetProperty("attempts").GetInt32() >= 2, "it has failed twice");
        Assert.Equal(0, await lab.Server.StopAsync());
        await lab.Server.StartAgainAsync();
        await source.LaneAsync(l => l.GetProperty("attempts").GetInt32() >= 3, "it fails after the restart");
        await source.UpdateAsync("--maximum-record-age-in-seconds", "60");

        var record = Assert.Single(await lab.ReceiveAsync(dead));
        await source.CountedAsync("succeeded_event_count_total", 1);

        var failed = source.Function.Batches.Count(b => b is [1]);
        Assert.Equal("RecordAgeExceeded", record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal(failed, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        await source.EndAsync();
    }

    /// <summary>A kill in the middle of a window: the next life goes on with the state that was saved.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Window_Killed_GoesOnWithTheState(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        source.Function.Answer = Count;
        await source.PutAsync(0, 5);
        await source.MapAsync("--tumbling-window-in-seconds", "900");
        await source.CountedAsync("committed_event_count_total", 5);

        await lab.Server.KillAsync();
        await lab.Server.StartAgainAsync();
        await source.PutAsync(5, 5);
        await source.CountedAsync("committed_event_count_total", 5);
        await source.UpdateAsync("--parallelization-factor", kind == "queue" ? "20" : "2");
        await Eventually.TrueAsync(() => Finals(source).Sum(Gathered) >= 10, "the windows end with all that they gathered");

        // RabbitMQ may not have heard of the last acknowledgements; then those messages come again.
        Assert.InRange(Finals(source).Sum(Gathered), 10, kind == "rabbitmq" ? 15 : 10);
        Assert.Equal(Enumerable.Range(0, 10), source.Function.Batches.SelectMany(b => b).Distinct().Order());
        await source.EndAsync();
    }

    /// <summary>
    /// A queue that is a destination is away, and the server is killed meanwhile: nothing is passed. When it is back, it has
    /// the one failure, and no invocation was repeated.
    /// </summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Destination_AwayAndBack_HasEverythingAndNothingWasPassed(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        source.Function.Answer = payload => Inbox.Numbers(payload).Contains(0) ? null : "";
        await source.MapAsync(
            "--maximum-retry-attempts", "0", "--batch-size", "1", "--destination-config", OnFailure(SourceLab.QueueArn("dead-" + source.Name)));
        await lab.Api.StateAsync(source.Uuid, "Enabled");
        await lab.Api.SqsAsync("DeleteQueue", new JsonObject { ["QueueUrl"] = dead });
        await source.PutAsync(0, 1);

        var stuck = await StuckAsync(source);
        await lab.Server.KillAsync();
        await lab.Server.StartAgainAsync();
        await StuckAsync(source);
        Assert.Equal(0, await source.CountAsync("committed_event_count_total"));
        await lab.CreateQueueAsync("dead-" + source.Name);
        var record = Assert.Single(await lab.ReceiveAsync(dead));
        await source.PutAsync(1, 1);
        await source.CountedAsync("succeeded_event_count_total", 1);

        Assert.Equal("RetryAttemptsExhausted", stuck.GetProperty("givenUp").GetString());
        Assert.Equal("RetryAttemptsExhausted", record.GetProperty("requestContext").GetProperty("condition").GetString());

        // The record is known again: the failure is the same one, and the function is not called for it again.
        Assert.Equal(stuck.GetProperty("lastRequestId").GetString(), record.GetProperty("requestContext").GetProperty("requestId").GetString());
        Assert.Equal([[0], [1]], source.Function.Batches);

        await source.CountedAsync("on_failure_destination_delivered_event_count_total", 1);
        await source.EndAsync();
    }

    private static Task<JsonElement> StuckAsync(TestSource source)
        => source.LaneAsync(l => l.TryGetProperty("destinationError", out var error) && error.GetString()!.Contains("does not exist"), "a delivery fails");

    private static string OnFailure(string destination) => $$$"""{"OnFailure":{"Destination":"{{{destination}}}"}}""";

    private static string Count(JsonElement payload) => $$$"""{"state":{"n":{{{Gathered(payload) + Inbox.Numbers(payload).Length}}}}}""";

    private static int Gathered(JsonElement payload) => payload.GetProperty("state").TryGetProperty("n", out var n) ? n.GetInt32() : 0;

    private static List<JsonElement> Finals(TestSource source)
        => [.. source.Function.Events.Where(e => e.GetProperty("isFinalInvokeForWindow").GetBoolean())];
}
