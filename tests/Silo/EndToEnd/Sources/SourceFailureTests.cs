using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>What every kind of source does when its function fails: the same. Driven by the AWS CLI.</summary>
public sealed class SourceFailureTests(SourceLab lab) : IClassFixture<SourceLab>
{
    /// <summary>
    /// Two throttles and two failures with one retry allowed: given up after the second failure. The destination has the record
    /// of AWS's form, and what comes afterwards is delivered.
    /// </summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Retries_ThrottlesAndFailures_OnlyFailuresUseUpAttempts(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        source.Function.Status = _ => source.Function.Events.Count is 0 or 2 ? 429 : 200;
        source.Function.Answer = payload => Inbox.Numbers(payload).Contains(7) ? null : "";
        await source.PutAsync(7, 1);
        await source.MapAsync("--maximum-retry-attempts", "1", "--destination-config", OnFailure(source));

        var record = Assert.Single(await lab.ReceiveAsync(dead));
        await source.PutAsync(8, 1);
        await source.CountedAsync("succeeded_event_count_total", 1);

        Assert.Equal([[7], [7], [7], [7], [8]], source.Function.Batches);
        var request = record.GetProperty("requestContext");
        Assert.Equal("RetryAttemptsExhausted", request.GetProperty("condition").GetString());
        Assert.Equal(2, request.GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal(source.Function.Requests.ElementAt(3), request.GetProperty("requestId").GetString());
        Assert.Equal(
            """{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}""", record.GetProperty("responseContext").GetRawText());
        Assert.Equal(1, record.GetProperty(source.BatchInfo).GetProperty("batchSize").GetInt32());
        await source.EndAsync();
    }

    /// <summary>A poison record among eight ends alone at the destination; the others are delivered once, in order where there is one.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Bisect_PoisonRecord_EndsAloneAtTheDestination(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        source.Function.Answer = payload => Inbox.Numbers(payload).Contains(5) ? null : "";
        await source.PutAsync(0, 8);
        await source.MapAsync(
            "--bisect-batch-on-function-error", "--maximum-retry-attempts", "1", "--batch-size", "8", "--maximum-batching-window-in-seconds", "1",
            "--destination-config", OnFailure(source));

        var record = Assert.Single(await lab.ReceiveAsync(dead));
        await source.CountedAsync("succeeded_event_count_total", 7);

        Assert.Equal(1, record.GetProperty(source.BatchInfo).GetProperty("batchSize").GetInt32());
        var passed = source.Function.Batches.Where(b => !b.Contains(5)).SelectMany(b => b).ToArray();
        Assert.Equal([0, 1, 2, 3, 4, 6, 7], source.Ordered ? passed : passed.Order());
        Assert.Equal(2, source.Function.Batches.Count(b => b is [5]));
        Assert.Equal(Poison(source), Carried(record) ?? Named(record));
        await source.CountedAsync("on_failure_destination_delivered_event_count_total", 1);
        await source.EndAsync();
    }

    /// <summary>
    /// Answers that are no JSON or name unknown records fail the whole batch. One that names a record leads on there, where the
    /// source has an order; else that record alone comes again. With bisect the batch is split at the record, and no attempt counts.
    /// </summary>
    [Theory]
    [InlineData("stream", false)]
    [InlineData("stream", true)]
    [InlineData("queue", false)]
    [InlineData("kafka", false)]
    [InlineData("kafka", true)]
    [InlineData("rabbitmq", false)]
    public async Task PartialAnswer_OfEveryForm_SkipsNothing(string kind, bool bisect)
    {
        await using var source = await lab.SourceAsync(kind);
        source.Function.Answer = payload => (source.Function.Events.Count + (bisect ? 2 : 0)) switch
        {
            0 => kind == "kafka"
                ? $$$"""{"batchItemFailures":[{"itemIdentifier":{"partition":"{{{source.Name}}}-1","offset":3}}]}"""
                : """{"batchItemFailures":[{"itemIdentifier":"49"}]}""",
            1 => """{"batchItemFailures":""" + new string('[', 100_000),
            2 => source.Named(payload, 3),
            _ => """{"batchItemFailures":[]}""",
        };
        await source.PutAsync(0, 8);
        await source.MapAsync([
            "--function-response-types", "ReportBatchItemFailures", "--batch-size", "8", "--maximum-batching-window-in-seconds", "1",
            "--maximum-retry-attempts", bisect ? "0" : "3", .. bisect ? ["--bisect-batch-on-function-error"] : Array.Empty<string>()]);

        await source.CountedAsync("succeeded_event_count_total", 8);

        var batches = source.Function.Batches.Select(b => (int[])[.. b.Order()]).ToList();
        int[] all = [0, 1, 2, 3, 4, 5, 6, 7];
        int[] again = source.Ordered ? [3, 4, 5, 6, 7] : [3];
        Assert.Equal(bisect ? [all, again] : [all, all, all, again], batches);
        await source.EndAsync();
    }

    /// <summary>An answer that cannot be understood, however large or deep, fails the whole batch; nothing is skipped.</summary>
    [Fact]
    public async Task PartialAnswer_NotUnderstood_FailsTheWholeBatch()
    {
        var answers = new Queue<string>([
            "not json", """{"batchItemFailures":[{"itemIdentifier":"x"}],"text":" """ + new string('x', 5_000_000) + "\"}",
            """{"batchItemFailures":[{"\ud800":1}]}""", """{"a":""" + new string('[', 1_000_000) + new string(']', 1_000_000) + "}"]);
        await using var source = await lab.SourceAsync("stream");
        source.Function.Answer = _ => answers.TryDequeue(out var answer) ? answer : "{}";
        await source.PutAsync(0, 10);
        await source.MapAsync("--function-response-types", "ReportBatchItemFailures");

        await source.CountedAsync("succeeded_event_count_total", 10);
        Assert.Equal(5, source.Function.Events.Count);
        Assert.All(source.Function.Batches, batch => Assert.Equal(Enumerable.Range(0, 10), batch));
        await source.EndAsync();
    }

    /// <summary>While a function fails, the status, the command and the API say so, with the id of the failed invocation.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task Status_FunctionFails_SaysWhyItIsStuck(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        source.Function.Answer = _ => null;
        await source.PutAsync(0, 3);
        await source.MapAsync("--maximum-retry-attempts", "1000", "--batch-size", "3", "--maximum-batching-window-in-seconds", "1");

        var lane = await source.LaneAsync(
            l => l.GetProperty("attempts").GetInt32() >= 2 && l.TryGetProperty("nextRetryMs", out var next) && next.GetInt64() > 0, "a lane waits for the third try");
        Assert.Equal("BackingOff", lane.GetProperty("state").GetString());
        Assert.Equal(3, lane.GetProperty("troubledCount").GetInt32());
        Assert.True(lane.TryGetProperty("troubledFrom", out _));
        Assert.Contains("500", lane.GetProperty("lastError").GetString());
        Assert.Contains(lane.GetProperty("lastRequestId").GetString(), source.Function.Requests);
        await lab.Api.ResultAsync(source.Uuid, "PROBLEM: Function call failed");
        var shown = await ProgramRun.OfAsync("status", source.Uuid, "--url", lab.Server.Url.ToString());
        Assert.Contains("3 records from", shown.Output);
        Assert.Contains(source.Function.Requests, id => shown.Output.Contains($"(request {id})", StringComparison.Ordinal));

        source.Function.Answer = _ => "";
        await lab.Api.ResultAsync(source.Uuid, "OK");
        await source.CountedAsync("succeeded_event_count_total", 3);
        Assert.DoesNotContain(await source.LanesAsync(), l => l.TryGetProperty("troubledFrom", out _) || l.TryGetProperty("lastError", out _));
        await source.EndAsync();
    }

    /// <summary>Records whose producer says that they are an hour old are not even tried.</summary>
    [Theory]
    [InlineData("kafka")]
    [InlineData("rabbitmq")]
    public async Task RecordAge_OldRecords_GoToTheDestinationUntried(string kind)
    {
        await using var source = await lab.SourceAsync(kind);
        var dead = await lab.CreateQueueAsync("dead-" + source.Name);
        await source.PutAsync(new TestRecord("1", Time: DateTimeOffset.UtcNow.AddHours(-1)), new TestRecord("2"));
        await source.MapAsync("--maximum-record-age-in-seconds", "600", "--destination-config", OnFailure(source));

        var record = Assert.Single(await lab.ReceiveAsync(dead));
        await source.CountedAsync("succeeded_event_count_total", 1);

        Assert.Equal([[2]], source.Function.Batches);
        Assert.Equal("RecordAgeExceeded", record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal(0, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        Assert.False(record.TryGetProperty("responseContext", out _));
        await source.EndAsync();
    }

    private static string OnFailure(TestSource source)
        => $$$"""{"OnFailure":{"Destination":"{{{SourceLab.QueueArn("dead-" + source.Name)}}}"}}""";

    /// <summary>Where the poison record is, or what it is, whichever an on-failure record says.</summary>
    private static string Poison(TestSource source)
    {
        var record = source.Function.Events.SelectMany(EventReader.Elements).First(r => EventReader.Text(r) == "5");
        return source.BatchInfo switch
        {
            "KinesisBatchInfo" => record.GetProperty("kinesis").GetProperty("sequenceNumber").GetString()!,
            "KafkaBatchInfo" => record.GetProperty("offset").ToString(),
            _ => "5",
        };
    }

    private static string? Carried(JsonElement record)
        => record.TryGetProperty("payload", out var payload) ? EventReader.Text(Assert.Single(EventReader.Elements(payload))) : null;

    private static string? Named(JsonElement record)
        => record.TryGetProperty("KinesisBatchInfo", out var stream)
            ? stream.GetProperty("startSequenceNumber").GetString()
            : record.GetProperty("KafkaBatchInfo").GetProperty("recordsInfo").EnumerateObject().Single().Value.GetProperty("firstRecordOffset").GetString();
}
