using System.Text;
using System.Text.Json;
using Dispatcher.Testing.Aws;

namespace Dispatcher.Gateway.Tests.Kinesis;

/// <summary>Every operation that is served, driven by the distribution's AWS CLI.</summary>
public sealed class KinesisCliTests : IAsyncLifetime
{
    private const string Arn = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks";

    private KinesisServer _server = null!;
    private AwsCli _aws = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await KinesisServer.StartAsync(TimeProvider.System);
        _aws = new AwsCli(_server.Address);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Cli_RecordsAndIterators_Work()
    {
        await RunAsync("create-stream", "--stream-name", "clicks", "--shard-count", "2");
        await RunAsync("wait", "stream-exists", "--stream-name", "clicks");
        var one = await RunAsync("put-record", "--stream-name", "clicks", "--partition-key", "a", "--explicit-hash-key", "0", "--data", Base64("one"));
        var many = await RunAsync(
            "put-records", "--stream-arn", Arn, "--records",
            $"Data={Base64("two")},PartitionKey=a,ExplicitHashKey=0", $"Data={Base64("three")},PartitionKey=b,ExplicitHashKey=0");

        Assert.Equal("shardId-000000000000", one.GetProperty("ShardId").GetString());
        Assert.Equal(0, many.GetProperty("FailedRecordCount").GetInt32());
        Assert.Equal("one two three", await ReadAsync("--shard-iterator-type", "TRIM_HORIZON"));
        Assert.Equal("", await ReadAsync("--shard-iterator-type", "LATEST"));
        Assert.Equal("one two three", await ReadAsync("--shard-iterator-type", "AT_TIMESTAMP", "--timestamp", "2020-01-01T00:00:00Z"));
        var sequence = one.GetProperty("SequenceNumber").GetString()!;
        Assert.Equal("one two three", await ReadAsync("--shard-iterator-type", "AT_SEQUENCE_NUMBER", "--starting-sequence-number", sequence));
        Assert.Equal("two three", await ReadAsync("--shard-iterator-type", "AFTER_SEQUENCE_NUMBER", "--starting-sequence-number", sequence));
    }

    [Fact]
    public async Task Cli_StreamsAndShards_Work()
    {
        await RunAsync("create-stream", "--stream-name", "clicks", "--shard-count", "1", "--stream-mode-details", "StreamMode=PROVISIONED");
        await RunAsync("create-stream", "--stream-name", "other", "--shard-count", "1");
        Assert.Equal(2, (await RunAsync("list-streams")).GetProperty("StreamNames").GetArrayLength());
        await RunAsync("split-shard", "--stream-name", "clicks", "--shard-to-split", "shardId-000000000000", "--new-starting-hash-key", "170141183460469231731687303715884105728");
        await RunAsync("merge-shards", "--stream-name", "clicks", "--shard-to-merge", "shardId-000000000001", "--adjacent-shard-to-merge", "shardId-000000000002");
        await RunAsync("update-shard-count", "--stream-name", "clicks", "--target-shard-count", "2", "--scaling-type", "UNIFORM_SCALING");

        var described = (await RunAsync("describe-stream", "--stream-name", "clicks")).GetProperty("StreamDescription");
        var open = await RunAsync("list-shards", "--stream-name", "clicks", "--shard-filter", "Type=AT_LATEST");
        var summary = (await RunAsync("describe-stream-summary", "--stream-name", "clicks")).GetProperty("StreamDescriptionSummary");

        Assert.Equal(6, described.GetProperty("Shards").GetArrayLength());
        Assert.Equal("shardId-000000000002", described.GetProperty("Shards")[3].GetProperty("AdjacentParentShardId").GetString());
        Assert.Equal(2, open.GetProperty("Shards").GetArrayLength());
        Assert.Equal(2, summary.GetProperty("OpenShardCount").GetInt32());
        Assert.Equal(DateTime.UtcNow.Year, summary.GetProperty("StreamCreationTimestamp").GetDateTimeOffset().UtcDateTime.Year);
        Assert.Equal(3, (await RunAsync("describe-limits")).GetProperty("OpenShardCount").GetInt32());
        await RunAsync("delete-stream", "--stream-name", "clicks", "--enforce-consumer-deletion");
        await RunAsync("wait", "stream-not-exists", "--stream-name", "clicks");
        Assert.Contains("(ResourceNotFoundException)", await _aws.FailAsync("kinesis", "describe-stream", "--stream-name", "clicks"));
        Assert.Contains("(ResourceInUseException)", await _aws.FailAsync("kinesis", "create-stream", "--stream-name", "other", "--shard-count", "1"));
    }

    [Fact]
    public async Task Cli_SettingsAndTags_Work()
    {
        await RunAsync("create-stream", "--stream-name", "clicks", "--shard-count", "1");
        await RunAsync("increase-stream-retention-period", "--stream-name", "clicks", "--retention-period-hours", "72");
        await RunAsync("decrease-stream-retention-period", "--stream-name", "clicks", "--retention-period-hours", "30");
        await RunAsync("add-tags-to-stream", "--stream-name", "clicks", "--tags", "team=a,env=test");
        await RunAsync("remove-tags-from-stream", "--stream-name", "clicks", "--tag-keys", "env");
        await RunAsync("update-stream-mode", "--stream-arn", Arn, "--stream-mode-details", "StreamMode=ON_DEMAND");

        var summary = (await RunAsync("describe-stream-summary", "--stream-arn", Arn)).GetProperty("StreamDescriptionSummary");
        var tags = await RunAsync("list-tags-for-stream", "--stream-name", "clicks");

        Assert.Equal(30, summary.GetProperty("RetentionPeriodHours").GetInt32());
        Assert.Equal("ON_DEMAND", summary.GetProperty("StreamModeDetails").GetProperty("StreamMode").GetString());
        Assert.Equal("team", Assert.Single(tags.GetProperty("Tags").EnumerateArray()).GetProperty("Key").GetString());
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private Task<JsonElement> RunAsync(params string[] arguments) => _aws.RunAsync(["kinesis", .. arguments]);

    private async Task<string> ReadAsync(params string[] start)
    {
        var iterator = await RunAsync(
            ["get-shard-iterator", "--stream-name", "clicks", "--shard-id", "shardId-000000000000", .. start]);
        var answer = await RunAsync("get-records", "--shard-iterator", iterator.GetProperty("ShardIterator").GetString()!);
        return string.Join(' ', answer.GetProperty("Records").EnumerateArray()
            .Select(one => Encoding.UTF8.GetString(one.GetProperty("Data").GetBytesFromBase64())));
    }
}
