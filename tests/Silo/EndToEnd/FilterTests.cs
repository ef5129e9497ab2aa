using System.Text;
using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>FilterCriteria, driven by the AWS CLI on the real server.</summary>
public sealed class FilterTests
{
    private const string Stream = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    public FilterTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Mapping_WithFilters_DeliversWhatMatches()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new RecordingFunction(server.Folder);
        await PrepareAsync(aws, function);
        var mapping = await CreateAsync(aws, """{"data":{"order":{"type":["buy"]}}}""", """{"partitionKey":[{"prefix":"vip-"}]}""");

        Assert.Equal(2, mapping.GetProperty("FilterCriteria").GetProperty("Filters").GetArrayLength());
        await PutAsync(
            aws,
            ("a", """{"order":{"type":"sell"},"n":1}"""), ("a", """{"order":{"type":"buy"},"n":2}"""), ("a", "plain text"),
            ("vip-1", """{"order":{"type":"sell"},"n":4}"""), ("vip-1", "5"), ("b", """{"order":{"type":"buy" """));

        await ReceivedAsync(function, "5", """{"order":{"type":"buy"},"n":2}""", """{"order":{"type":"sell"},"n":4}""");
        await Eventually.TrueAsync(async () => await FilteredAsync(server) == 3, "three records are counted as filtered");
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Fact]
    public async Task Update_OtherFilter_ActsOnWhatIsReadAfterwards()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new RecordingFunction(server.Folder);
        await PrepareAsync(aws, function);
        var uuid = (await CreateAsync(aws, """{"data":{"kind":["a"]}}""")).GetProperty("UUID").GetString()!;
        await PutAsync(aws, ("k", """{"kind":"a"}"""), ("k", """{"kind":"b"}"""));
        await ReceivedAsync(function, """{"kind":"a"}""");

        await aws.RunAsync(
            "lambda", "update-event-source-mapping", "--uuid", uuid, "--filter-criteria", Criteria("""{"data":{"kind":["b"]}}"""));
        await EnabledAsync(aws, uuid);
        await PutAsync(aws, ("k", """{"kind":"a","n":2}"""), ("k", """{"kind":"b"}"""));
        await ReceivedAsync(function, """{"kind":"a"}""", """{"kind":"b"}""");

        await aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--filter-criteria", """{"Filters":[]}""");
        await EnabledAsync(aws, uuid);
        await PutAsync(aws, ("k", "all"));
        await ReceivedAsync(function, "all", """{"kind":"a"}""", """{"kind":"b"}""");
        await MappingLedger.BalancedAsync(server.Url);
    }

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
    }

    private static async Task PrepareAsync(AwsCli aws, RecordingFunction function)
    {
        await function.CreateAsync(aws, "hello");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", "1");
    }

    private static async Task<JsonElement> CreateAsync(AwsCli aws, params string[] patterns)
    {
        var mapping = await aws.RunAsync(Create(patterns));
        await EnabledAsync(aws, mapping.GetProperty("UUID").GetString()!);
        return mapping;
    }

    private static string[] Create(params string[] patterns) =>
    [
        "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
        "--event-source-arn", Stream, "--filter-criteria", Criteria(patterns),
    ];

    private static string Criteria(params string[] patterns)
        => JsonSerializer.Serialize(new { Filters = patterns.Select(p => new { Pattern = p }) });

    private static async Task PutAsync(AwsCli aws, params (string Key, string Data)[] records)
    {
        var list = records.Select(r => new { PartitionKey = r.Key, Data = Convert.ToBase64String(Encoding.UTF8.GetBytes(r.Data)) });
        await aws.RunAsync("kinesis", "put-records", "--stream-name", "orders", "--records", JsonSerializer.Serialize(list));
    }

    private static Task ReceivedAsync(RecordingFunction function, params string[] texts) => Eventually.EqualAsync(
        string.Join('\n', texts.Order(StringComparer.Ordinal)),
        async () => string.Join('\n', (await function.TextsAsync()).Order(StringComparer.Ordinal)));

    private static Task EnabledAsync(AwsCli aws, string uuid) => Eventually.EqualAsync(
        "Enabled", async () => (await aws.RunAsync("lambda", "get-event-source-mapping", "--uuid", uuid)).GetProperty("State").GetString());

    private static async Task<double> FilteredAsync(ServerProcess server)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(server.Url, "/metrics"));
        var line = metrics.Split('\n').SingleOrDefault(l => l.StartsWith("dispatcher_filtered_out_event_count_total{", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
