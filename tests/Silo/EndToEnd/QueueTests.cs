using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Queues that feed functions, driven by the AWS CLI on the real server.</summary>
public sealed class QueueTests
{
    private const string Arn = "arn:aws:sqs:us-east-1:000000000000:";

    public QueueTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Mapping_FailedMessages_ComeAgainAloneAndEndInTheDeadLetterQueue()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new QueueFunction(server.Folder);
        await function.CreateAsync(aws, "hello");
        var dead = await CreateAsync(aws, "dead");
        var queue = await CreateAsync(aws, "orders", new()
        {
            ["VisibilityTimeout"] = "3",
            ["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{Arn}}dead","maxReceiveCount":"2"}""",
        });
        await MapAsync(aws, "orders", "--function-response-types", "ReportBatchItemFailures");

        await aws.RunAsync(
            "sqs", "send-message-batch", "--queue-url", queue, "--entries",
            "Id=a,MessageBody=good1", "Id=b,MessageBody=bad1", "Id=c,MessageBody=good2");

        await Eventually.EqualAsync("1", () => AttributeAsync(aws, dead, "ApproximateNumberOfMessages"));
        Assert.Equal(["bad1 1", "bad1 2", "good1 1", "good2 1"], (await function.LinesAsync()).Order(StringComparer.Ordinal));
        await Eventually.EqualAsync("0", () => AttributeAsync(aws, queue, "ApproximateNumberOfMessagesNotVisible"));
        Assert.Equal("0", await AttributeAsync(aws, queue, "ApproximateNumberOfMessages"));
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Mapping_FifoQueue_KeepsTheOrderOfEachGroupThroughAFailure()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new QueueFunction(server.Folder);
        await function.CreateAsync(aws, "hello");
        await CreateAsync(aws, "dead.fifo", new() { ["FifoQueue"] = "true" });
        var queue = await CreateAsync(aws, "orders.fifo", new()
        {
            ["FifoQueue"] = "true",
            ["ContentBasedDeduplication"] = "true",
            ["VisibilityTimeout"] = "3",
            ["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{Arn}}dead.fifo","maxReceiveCount":"2"}""",
        });
        await MapAsync(aws, "orders.fifo", "--batch-size", "1");

        foreach (var body in (string[])["a1", "badly", "a2", "a3"])
        {
            await aws.RunAsync("sqs", "send-message", "--queue-url", queue, "--message-body", body, "--message-group-id", "a");
        }

        await Eventually.EqualAsync(5, async () => (await function.LinesAsync()).Length);
        Assert.Equal(["a1 1", "badly 1", "badly 2", "a2 1", "a3 1"], await function.LinesAsync());
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Mapping_FunctionSlowerThanTheVisibilityTimeout_GetsTheMessageOnce()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new QueueFunction(server.Folder);
        await function.CreateAsync(aws, "hello", timeout: 20);
        var queue = await CreateAsync(aws, "orders", new() { ["VisibilityTimeout"] = "20" });
        await MapAsync(aws, "orders");
        await aws.RunAsync("sqs", "set-queue-attributes", "--queue-url", queue, "--attributes", "VisibilityTimeout=1");

        await aws.RunAsync("sqs", "send-message", "--queue-url", queue, "--message-body", "slow");

        await Eventually.EqualAsync(1, async () => (await function.LinesAsync()).Length);
        await Eventually.EqualAsync("0", () => AttributeAsync(aws, queue, "ApproximateNumberOfMessagesNotVisible"));
        Assert.Equal(["slow 1"], await function.LinesAsync());
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task CreateMapping_VisibilityTimeoutBelowTheFunctionsTimeout_IsRefused()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        await new QueueFunction(server.Folder).CreateAsync(aws, "hello", timeout: 60);
        await CreateAsync(aws, "orders");

        var error = await aws.FailAsync("lambda", "create-event-source-mapping", "--function-name", "hello", "--event-source-arn", Arn + "orders");

        Assert.Contains("Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds", error);
    }

    [Fact]
    public async Task Stop_InTheMiddle_DeliversEveryMessage()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new QueueFunction(server.Folder);
        await function.CreateAsync(aws, "hello");
        var queue = await CreateAsync(aws, "orders");
        await MapAsync(aws, "orders");
        for (var i = 0; i < 10; i++)
        {
            var entries = Enumerable.Range(0, 10).Select(k => $"Id=m{k},MessageBody=m{(i * 10) + k}");
            await aws.RunAsync(["sqs", "send-message-batch", "--queue-url", queue, "--entries", .. entries]);
        }

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();

        await Eventually.EqualAsync(100, async () => (await function.LinesAsync()).Distinct().Count());
        Assert.All(await function.LinesAsync(), line => Assert.EndsWith(" 1", line));
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task<string> CreateAsync(AwsCli aws, string name, Dictionary<string, string>? attributes = null)
        => (await aws.RunAsync("sqs", "create-queue", "--queue-name", name, "--attributes", JsonSerializer.Serialize(attributes ?? [])))
            .GetProperty("QueueUrl").GetString()!;

    private static async Task MapAsync(AwsCli aws, string queue, params string[] options)
    {
        var mapping = await aws.RunAsync([
            "lambda", "create-event-source-mapping", "--function-name", "hello", "--event-source-arn", Arn + queue, .. options]);
        var uuid = mapping.GetProperty("UUID").GetString()!;
        await Eventually.EqualAsync(
            "Enabled", async () => (await aws.RunAsync("lambda", "get-event-source-mapping", "--uuid", uuid)).GetProperty("State").GetString());
    }

    private static async Task<string?> AttributeAsync(AwsCli aws, string queue, string name)
        => (await aws.RunAsync("sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", name))
            .GetProperty("Attributes").GetProperty(name).GetString();
}
