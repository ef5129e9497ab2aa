using System.Text.Json;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>FilterCriteria that are refused, driven by the AWS CLI on the real server.</summary>
public sealed class FilterTests
{
    private const string Stream = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    public FilterTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Create_InvalidPattern_IsRefused()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        await PrepareAsync(aws, new RecordingFunction(server.Folder));

        var operators = await aws.TryAsync(Create("""{"data":{"a":[{"like":"x"}]}}"""));
        var text = await aws.TryAsync(Create("""{"data":["text"]}"""));
        var json = await aws.TryAsync(Create("""{"data":"""));

        Assert.Contains("InvalidParameterValueException", operators.Error);
        Assert.Contains("Invalid filter pattern definition. Reason: Unrecognized match type like", operators.Error);
        Assert.Contains("Invalid filter pattern definition. Reason: \"data\" must be an object", text.Error);
        Assert.Contains("Invalid filter pattern definition.", json.Error);
        await MappingLedger.BalancedAsync(server.Url);
    }

    private static async Task PrepareAsync(AwsCli aws, RecordingFunction function)
    {
        await function.CreateAsync(aws, "hello");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "1");
    }

    private static string[] Create(params string[] patterns) =>
    [
        "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
        "--event-source-arn", Stream, "--filter-criteria", Criteria(patterns),
    ];

    private static string Criteria(params string[] patterns)
        => JsonSerializer.Serialize(new { Filters = patterns.Select(p => new { Pattern = p }) });
}
