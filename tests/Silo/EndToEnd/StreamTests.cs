using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The whole way of records of an embedded stream, driven by the AWS CLI on the real server.</summary>
public sealed class StreamTests
{
    public StreamTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task PutRecord_MappedStream_InvokesTheFunction()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new RecordingFunction(server.Folder);
        await function.CreateAsync(aws, "hello");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "2");
        var mapping = await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders");
        Assert.Equal("Creating", mapping.GetProperty("State").GetString());

        await aws.RunAsync(
            "kinesis", "put-record", "--stream-name", "orders", "--partition-key", "a", "--cli-binary-format", "raw-in-base64-out", "--data", "42");

        await Eventually.EqualAsync(1, function.CountAsync);
        Assert.Equal(("a", 42), Assert.Single(Assert.Single(await function.BatchesAsync())));
        await EnabledAsync(aws, mapping.GetProperty("UUID").GetString()!);
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>The line of AWS's own documentation, word for word.</summary>
    [Fact]
    public async Task CreateMapping_LineOfTheDocumentation_DeliversAFullBatch()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Region = "us-west-2", Account = "123456789012" });
        var aws = new AwsCli(server.Url.ToString(), "us-west-2");
        var function = new RecordingFunction(server.Folder);
        await function.CreateAsync(aws, "my-function");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "my-stream", "--shard-count", "1");

        const string line = "lambda create-event-source-mapping --function-name my-function --batch-size 500 " +
            "--maximum-batching-window-in-seconds 120 --event-source-arn arn:aws:kinesis:us-west-2:123456789012:stream/my-stream " +
            "--starting-position TRIM_HORIZON";
        var mapping = await aws.RunAsync(line.Split(' '));
        await EnabledAsync(aws, mapping.GetProperty("UUID").GetString()!);
        await KinesisPuts.PutNumbersAsync(server.Url, "my-stream", 0, 499, 7);
        Assert.Equal(0, await function.CountAsync());
        await KinesisPuts.PutNumbersAsync(server.Url, "my-stream", 499, 1, 7);

        await Eventually.EqualAsync(500, function.CountAsync);
        Assert.Equal(Enumerable.Range(0, 500), Assert.Single(await function.BatchesAsync()).Select(record => record.Number));
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Update_DisabledAndEnabledAgain_LosesNothing()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new RecordingFunction(server.Folder);
        var uuid = await MapAsync(server, aws, function, "--batch-size", "10");
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 100, 7);
        await Eventually.EqualAsync(100, function.CountAsync);

        await aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--no-enabled");
        await StateAsync(aws, uuid, "Disabled");
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 100, 100, 7);
        Assert.Equal(100, await function.CountAsync());
        await aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--enabled");

        await Eventually.EqualAsync(200, function.CountAsync);
        Assert.Equal(Enumerable.Range(0, 200), Numbers(await function.BatchesAsync()).Order());
        await aws.RunAsync("lambda", "delete-event-source-mapping", "--uuid", uuid);
        await Eventually.TrueAsync(
            async () => (await aws.TryAsync("lambda", "get-event-source-mapping", "--uuid", uuid)).Error.Contains("ResourceNotFoundException"),
            "the mapping is gone");
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Stop_InTheMiddle_GoesOnWithoutLossOrDuplicates()
    {
        await using var server = await ServerProcess.StartAsync();
        var function = new RecordingFunction(server.Folder);
        await MapAsync(server, new AwsCli(server.Url.ToString()), function, "--batch-size", "10");
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, 5_000, 97);
        await Eventually.TrueAsync(async () => await function.CountAsync() > 100, "some records arrive");

        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();

        await Eventually.TrueAsync(async () => await function.CountAsync() >= 5_000, "all records arrive");
        Assert.Equal(Enumerable.Range(0, 5_000), Numbers(await function.BatchesAsync()).Order());
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task<string> MapAsync(ServerProcess server, AwsCli aws, RecordingFunction function, params string[] options)
    {
        await function.CreateAsync(aws, "hello");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "2");
        var mapping = await aws.RunAsync([
            "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
            "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders", .. options]);
        var uuid = mapping.GetProperty("UUID").GetString()!;
        await EnabledAsync(aws, uuid);
        return uuid;
    }

    private static Task EnabledAsync(AwsCli aws, string uuid) => StateAsync(aws, uuid, "Enabled");

    private static Task StateAsync(AwsCli aws, string uuid, string state) => Eventually.EqualAsync(
        state, async () => (await aws.RunAsync("lambda", "get-event-source-mapping", "--uuid", uuid)).GetProperty("State").GetString());

    private static IEnumerable<int> Numbers(IReadOnlyList<IReadOnlyList<(string Key, int Number)>> batches)
        => batches.SelectMany(batch => batch).Select(record => record.Number);
}
