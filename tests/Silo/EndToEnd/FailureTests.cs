using System.Text.Json;
using Dispatcher.Contracts.Names;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What a stream's mapping does when its function fails: retries, bisect, partial answers, its maximum. Driven by the AWS CLI.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private ServerProcess? _server;
    private Inbox? _inbox;

    private ServerProcess Server => _server!;

    private Inbox Function => _inbox!;

    private AwsCli Aws => new(Server.Url.ToString());

    private Api Api => new(Server.Url);

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _inbox = await Inbox.StartAsync();
        _server = await ServerProcess.StartAsync();
        await Api.CreateFunctionAsync(Function.Url);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            await Function.DisposeAsync();
        }
    }

    [Fact]
    public async Task Retries_RestartInTheMiddle_GoOnCounting()
    {
        Function.Answer = _ => null;
        await Api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(Server.Url, "orders", 0, 3, 1);
        var uuid = await MapAsync("--maximum-retry-attempts", "3");
        await Function.CountAsync(2);

        Assert.Equal(0, await Server.StopAsync());
        await Server.StartAgainAsync();

        await Eventually.TrueAsync(async () => (await Api.TextAsync("/metrics")).Contains($"dispatcher_dropped_event_count_total{{mapping=\"{uuid}\"}} 3"), "the batch is given up");
        Assert.Equal(4, Function.Events.Count);
        Assert.All(Function.Batches, batch => Assert.Equal([0, 1, 2], batch));
        await MappingLedger.BalancedAsync(Server.Url);
    }

    [Fact]
    public async Task Bisect_PoisonRecord_EndsAloneAtTheDestination()
    {
        Function.Answer = payload => Inbox.Numbers(payload).Contains(5) ? null : "";
        await Api.CreateStreamAsync("orders", 1);
        var queue = (await Aws.RunAsync("sqs", "create-queue", "--queue-name", "dlq")).GetProperty("QueueUrl").GetString()!;
        await KinesisPuts.PutNumbersAsync(Server.Url, "orders", 0, 8, 1);
        await MapAsync(
            "--bisect-batch-on-function-error", "--maximum-retry-attempts", "0", "--batch-size", "8",
            "--destination-config", """{"OnFailure":{"Destination":"arn:aws:sqs:us-east-1:000000000000:dlq"}}""");

        var received = await Aws.RunAsync("sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "20");
        using var record = JsonDocument.Parse(Assert.Single(received.GetProperty("Messages").EnumerateArray()).GetProperty("Body").GetString()!);
        var info = record.RootElement.GetProperty("KinesisBatchInfo");
        var poison = EventReader.Read(Function.Events.First(), 0, 0).Single(r => r.Number == 5).Position;
        Assert.Equal(1, info.GetProperty("batchSize").GetInt32());
        Assert.Equal(SequenceNumber.Format(poison), info.GetProperty("startSequenceNumber").GetString());

        await Eventually.TrueAsync(() => Function.Batches.Any(b => b.Contains(7) && !b.Contains(5)), "what is behind the poison record comes");
        Assert.Equal([0, 1, 2, 3, 4, 6, 7], Function.Batches.Where(b => !b.Contains(5)).SelectMany(b => b));
        Assert.Single(Function.Batches, b => b is [5]);
        await MappingLedger.BalancedAsync(Server.Url);
    }

    [Fact]
    public async Task PartialAnswer_OfAStream_GoesOnAtTheNamedRecord()
    {
        Function.Answer = payload => Inbox.Numbers(payload)[0] == 0 ? Named(payload, 3) : """{"batchItemFailures":[]}""";
        await Api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(Server.Url, "orders", 0, 10, 1);
        await MapAsync("--function-response-types", "ReportBatchItemFailures");

        await Function.CountAsync(2);
        await MappingLedger.BalancedAsync(Server.Url);
        Assert.Equal([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 4, 5, 6, 7, 8, 9]], Function.Batches);
    }

    /// <summary>An answer that cannot be understood fails the whole batch; nothing is skipped.</summary>
    [Fact]
    public async Task PartialAnswer_NotUnderstood_FailsTheWholeBatch()
    {
        var answers = new Queue<string>([
            "not json", """{"batchItemFailures":[{"itemIdentifier":"49"}]}""", """{"batchItemFailures":""" + new string('[', 100_000),
            """{"batchItemFailures":[{"itemIdentifier":"x"}],"text":" """ + new string('x', 5_000_000) + "\"}"]);
        Function.Answer = _ => answers.TryDequeue(out var answer) ? answer : "{}";
        await Api.CreateStreamAsync("orders", 1);
        await KinesisPuts.PutNumbersAsync(Server.Url, "orders", 0, 10, 1);
        var uuid = await MapAsync("--function-response-types", "ReportBatchItemFailures");

        await Function.CountAsync(5);
        await Api.ResultAsync(uuid, "OK");
        Assert.Equal(5, Function.Events.Count);
        Assert.All(Function.Batches, batch => Assert.Equal(Enumerable.Range(0, 10), batch));
        await MappingLedger.BalancedAsync(Server.Url);
    }

    [Fact]
    public async Task MaximumConcurrency_ManyShardsAndLanes_IsNeverExceeded()
    {
        await using var witness = await Witness.StartAsync();
        await Api.CreateFunctionAsync(witness.Url, "g");
        var (running, most) = (0, 0);
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        witness.Answer = async _ =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now >= 3)
            {
                together.TrySetResult();
            }

            await together.Task.WaitAsync(TimeSpan.FromSeconds(20));
            Interlocked.Decrement(ref running);
            return 200;
        };
        await Api.CreateStreamAsync("orders", 4);
        await KinesisPuts.PutNumbersAsync(Server.Url, "orders", 0, 2_000, 97);
        await MapToAsync("g", "--parallelization-factor", "10", "--batch-size", "10", "--scaling-config", "MaximumConcurrency=3");

        await witness.SeenAsync(2_000);
        Assert.Equal(3, most);
        Assert.Equal(2_000, witness.Seen.Count);
        await MappingLedger.BalancedAsync(Server.Url);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen; value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen;)
        {
        }
    }

    private static string Named(JsonElement payload, int number)
    {
        var record = EventReader.Read(payload, 0, 0).Single(r => r.Number == number);
        return $$"""{"batchItemFailures":[{"itemIdentifier":"{{SequenceNumber.Format(record.Position)}}"}]}""";
    }

    private Task<string> MapAsync(params string[] options) => MapToAsync("f", options);

    private async Task<string> MapToAsync(string function, params string[] options) => (await Aws.RunAsync([
        "lambda", "create-event-source-mapping", "--function-name", function, "--starting-position", "TRIM_HORIZON",
        "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders", .. options])).GetProperty("UUID").GetString()!;
}
