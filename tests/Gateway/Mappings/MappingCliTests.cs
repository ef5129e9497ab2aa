using System.Text.Json;
using Dispatcher.Testing.Aws;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>Every mapping operation with the distribution's AWS CLI.</summary>
public sealed class MappingCliTests : IAsyncLifetime
{
    private MappingServer _server = null!;
    private AwsCli _aws = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await MappingServer.StartAsync();
        _aws = new AwsCli(_server.Url, MappingRequests.Region);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task CreateEventSourceMapping_TheLineOfTheDocumentation_IsTaken()
    {
        const string line = "lambda create-event-source-mapping --function-name my-function --batch-size 500 --maximum-batching-window-in-seconds 120 --event-source-arn arn:aws:kinesis:us-west-2:123456789012:stream/my-stream --starting-position TRIM_HORIZON";

        var created = await _aws.RunAsync(line.Split(' '));

        Assert.Equal(500, created.GetProperty("BatchSize").GetInt32());
        Assert.Equal(120, created.GetProperty("MaximumBatchingWindowInSeconds").GetInt32());
        Assert.Equal("TRIM_HORIZON", created.GetProperty("StartingPosition").GetString());
        Assert.Equal("arn:aws:lambda:us-west-2:123456789012:function:my-function", created.GetProperty("FunctionArn").GetString());
        Assert.Equal("Creating", created.GetProperty("State").GetString());
    }

    [Fact]
    public async Task Mapping_FromCreateToDelete_AnswersEveryCommand()
    {
        var created = await _aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "my-function", "--topics", "orders", "--starting-position", "AT_TIMESTAMP",
            "--starting-position-timestamp", "2026-01-01T00:00:00Z", "--no-enabled", "--self-managed-event-source", """{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["b1:9092"]}}""");
        var uuid = created.GetProperty("UUID").GetString()!;
        Assert.StartsWith("2026-01-01T00:00:00", created.GetProperty("StartingPositionTimestamp").GetString());

        var updated = await _aws.RunAsync("lambda", "update-event-source-mapping", "--uuid", uuid, "--enabled", "--batch-size", "9");
        Assert.Equal("Enabling", updated.GetProperty("State").GetString());

        var shown = await _aws.RunAsync("lambda", "get-event-source-mapping", "--uuid", uuid);
        Assert.Equal(("Enabled", 9), (shown.GetProperty("State").GetString(), shown.GetProperty("BatchSize").GetInt32()));

        var listed = await _aws.RunAsync("lambda", "list-event-source-mappings", "--function-name", "my-function");
        Assert.Equal(uuid, Assert.Single(listed.GetProperty("EventSourceMappings").EnumerateArray()).GetProperty("UUID").GetString());

        var deleted = await _aws.RunAsync("lambda", "delete-event-source-mapping", "--uuid", uuid);
        Assert.Equal("Deleting", deleted.GetProperty("State").GetString());
        Assert.Contains("ResourceNotFoundException", await _aws.FailAsync("lambda", "get-event-source-mapping", "--uuid", uuid));
    }

    [Fact]
    public async Task Tags_OfAMapping_AreAddedChangedAndTakenAway()
    {
        var uuid = await _server.CreateAsync(MappingRequests.Stream, """ "Tags":{"team":"a","stage":"test"} """);
        var arn = $"arn:aws:lambda:us-west-2:123456789012:event-source-mapping:{uuid}";

        Assert.Equal("a", (await TagsAsync(arn)).GetProperty("team").GetString());
        await _aws.RunAsync("lambda", "tag-resource", "--resource", arn, "--tags", "team=b,owner=c");
        await _aws.RunAsync("lambda", "untag-resource", "--resource", arn, "--tag-keys", "stage", "nothing");

        Assert.Equal("""{"team":"b","owner":"c"}""", JsonSerializer.Serialize(await TagsAsync(arn)));
        Assert.Contains(
            "InvalidParameterValueException) when calling the TagResource operation: Tag key 'aws:owner'",
            await _aws.FailAsync("lambda", "tag-resource", "--resource", arn, "--tags", "aws:owner=c"));
        Assert.Contains("ResourceNotFoundException", await _aws.FailAsync("lambda", "list-tags", "--resource", arn[..^1] + (arn[^1] == '0' ? '1' : '0')));
    }

    private async Task<JsonElement> TagsAsync(string arn)
        => (await _aws.RunAsync("lambda", "list-tags", "--resource", arn)).GetProperty("Tags");
}
