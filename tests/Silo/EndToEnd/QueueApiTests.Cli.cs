using System.Text.Json;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The query protocol: by the CLI, and as forms what that does not know yet.</summary>
public sealed partial class QueueApiTests
{
    [Fact]
    public async Task Cli_Queues_AreMadeListedChangedAndDeleted()
    {
        var url = Text(await RunAsync("create-queue", "--queue-name", "one", "--attributes", "DelaySeconds=5", "--tags", "team=a"), "QueueUrl");
        Assert.Equal(new Uri(_server.Url, "/000000000000/one").ToString(), url);
        Assert.Equal(url, Text(await RunAsync("create-queue", "--queue-name", "one"), "QueueUrl"));
        Assert.Contains("QueueAlreadyExists", await FailAsync("create-queue", "--queue-name", "one", "--attributes", "DelaySeconds=6"));
        Assert.Equal(url, Text(await RunAsync("get-queue-url", "--queue-name", "one"), "QueueUrl"));
        await RunAsync("create-queue", "--queue-name", "two");

        Assert.Equal(2, (await RunAsync("list-queues")).GetProperty("QueueUrls").GetArrayLength());
        Assert.Equal(1, (await RunAsync("list-queues", "--queue-name-prefix", "tw")).GetProperty("QueueUrls").GetArrayLength());
        Assert.Equal(2, (await RunAsync("list-queues", "--page-size", "1")).GetProperty("QueueUrls").GetArrayLength());
        await RunAsync("set-queue-attributes", "--queue-url", url, "--attributes", "VisibilityTimeout=7");
        await RunAsync("tag-queue", "--queue-url", url, "--tags", "env=test");
        await RunAsync("untag-queue", "--queue-url", url, "--tag-keys", "team");

        var attributes = (await RunAsync("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")).GetProperty("Attributes");
        Assert.Equal(("7", "5", Arn + "one"), (Text(attributes, "VisibilityTimeout"), Text(attributes, "DelaySeconds"), Text(attributes, "QueueArn")));
        Assert.Equal("test", Text((await RunAsync("list-queue-tags", "--queue-url", url)).GetProperty("Tags"), "env"));
        await RunAsync("delete-queue", "--queue-url", url);
        Assert.Contains("AWS.SimpleQueueService.NonExistentQueue", await FailAsync("get-queue-url", "--queue-name", "one"));
    }

    [Fact]
    public async Task Cli_Messages_AreSentReceivedHiddenAndDeleted()
    {
        var url = Text(await RunAsync("create-queue", "--queue-name", "one"), "QueueUrl");
        const string attributes = """{"n":{"DataType":"Number","StringValue":"5"},"b":{"DataType":"Binary","BinaryValue":"AAEC"}}""";
        await RunAsync("send-message", "--queue-url", url, "--message-body", "hä\"llo <&>", "--message-attributes", attributes);

        var message = Messages(await RunAsync(
            "receive-message", "--queue-url", url, "--attribute-names", "All", "--message-attribute-names", "All", "--wait-time-seconds", "5"))[0];
        Assert.Equal("hä\"llo <&>", Text(message, "Body"));
        Assert.Equal("5", Text(message.GetProperty("MessageAttributes").GetProperty("n"), "StringValue"));
        Assert.Equal("1", Text(message.GetProperty("Attributes"), "ApproximateReceiveCount"));
        Assert.Empty(Messages(await RunAsync("receive-message", "--queue-url", url)));
        await RunAsync("change-message-visibility", "--queue-url", url, "--receipt-handle", Handle(message), "--visibility-timeout", "0");
        var again = Messages(await RunAsync("receive-message", "--queue-url", url))[0];
        await RunAsync("delete-message", "--queue-url", url, "--receipt-handle", Handle(again));

        Assert.Equal("0", await CountAsync(url, "ApproximateNumberOfMessagesNotVisible"));
        Assert.Contains("ReceiptHandleIsInvalid", await FailAsync("delete-message", "--queue-url", url, "--receipt-handle", "nonsense"));
    }

    [Fact]
    public async Task Cli_Batches_AnswerEntryByEntry()
    {
        var url = Text(await RunAsync("create-queue", "--queue-name", "one"), "QueueUrl");

        var sent = await RunAsync(
            "send-message-batch", "--queue-url", url, "--entries", "Id=a,MessageBody=1", "Id=b,MessageBody=2,DelaySeconds=1000", "Id=c,MessageBody=3");
        Assert.Equal(2, sent.GetProperty("Successful").GetArrayLength());
        Assert.Equal("InvalidParameterValue", Text(sent.GetProperty("Failed")[0], "Code"));
        var received = Messages(await RunAsync("receive-message", "--queue-url", url, "--max-number-of-messages", "10"));
        var hidden = await RunAsync(
            "change-message-visibility-batch", "--queue-url", url, "--entries", $"Id=a,ReceiptHandle={Handle(received[0])},VisibilityTimeout=60", "Id=b,ReceiptHandle=x,VisibilityTimeout=60");
        Assert.Equal(("a", "b"), (Text(hidden.GetProperty("Successful")[0], "Id"), Text(hidden.GetProperty("Failed")[0], "Id")));
        var deleted = await RunAsync(
            "delete-message-batch", "--queue-url", url, "--entries", $"Id=a,ReceiptHandle={Handle(received[0])}", $"Id=b,ReceiptHandle={Handle(received[1])}");
        Assert.Equal(2, deleted.GetProperty("Successful").GetArrayLength());
        Assert.Contains(
            "BatchEntryIdsNotDistinct", await FailAsync("send-message-batch", "--queue-url", url, "--entries", "Id=a,MessageBody=1", "Id=a,MessageBody=2"));
        Assert.Contains("EmptyBatchRequest", await FailAsync("send-message-batch", "--queue-url", url, "--entries", "[]"));
        Assert.Contains("TooManyEntriesInBatchRequest", await FailAsync(
            ["send-message-batch", "--queue-url", url, "--entries", .. Enumerable.Range(0, 11).Select(i => $"Id=i{i},MessageBody=x")]));

        await RunAsync("send-message", "--queue-url", url, "--message-body", "x");
        await RunAsync("purge-queue", "--queue-url", url);
        Assert.Equal("0", await CountAsync(url, "ApproximateNumberOfMessages"));
        Assert.Contains("PurgeQueueInProgress", await FailAsync("purge-queue", "--queue-url", url));
    }

    [Fact]
    public async Task Cli_FifoQueue_DeduplicatesAndNumbers()
    {
        var url = Text(await RunAsync("create-queue", "--queue-name", "one.fifo", "--attributes", "FifoQueue=true"), "QueueUrl");
        string[] send = ["send-message", "--queue-url", url, "--message-body", "x", "--message-group-id", "g", "--message-deduplication-id", "d"];

        var first = await RunAsync(send);
        var second = await RunAsync(send);

        Assert.Equal((Text(first, "MessageId"), Text(first, "SequenceNumber")), (Text(second, "MessageId"), Text(second, "SequenceNumber")));
        Assert.Contains("MissingParameter", await FailAsync("send-message", "--queue-url", url, "--message-body", "x"));
        Assert.Contains("ContentBasedDeduplication", await FailAsync("send-message", "--queue-url", url, "--message-body", "x", "--message-group-id", "g"));
        var message = Assert.Single(Messages(await RunAsync("receive-message", "--queue-url", url, "--attribute-names", "All", "--max-number-of-messages", "10")));
        Assert.Equal("g", Text(message.GetProperty("Attributes"), "MessageGroupId"));
    }

    /// <summary>The operations that the distribution's CLI does not know yet, as forms.</summary>
    [Fact]
    public async Task Query_DeadLetters_MoveBackByATask()
    {
        var dead = Text(await RunAsync("create-queue", "--queue-name", "dead"), "QueueUrl");
        var policy = JsonSerializer.Serialize(new { RedrivePolicy = JsonSerializer.Serialize(new { deadLetterTargetArn = Arn + "dead", maxReceiveCount = 1 }), VisibilityTimeout = "0" });
        var url = Text(await RunAsync("create-queue", "--queue-name", "one", "--attributes", policy), "QueueUrl");
        await RunAsync("send-message", "--queue-url", url, "--message-body", "poison");
        Assert.Single(Messages(await RunAsync("receive-message", "--queue-url", url)));
        Assert.Empty(Messages(await RunAsync("receive-message", "--queue-url", url)));
        Assert.Equal("1", await CountAsync(dead, "ApproximateNumberOfMessages"));
        Assert.Equal(url, (await RunAsync("list-dead-letter-source-queues", "--queue-url", dead)).GetProperty("queueUrls")[0].GetString());

        Assert.Matches("<StartMessageMoveTaskResult><TaskHandle>[^<]+</TaskHandle></StartMessageMoveTaskResult>", await FormAsync("StartMessageMoveTask", ("SourceArn", Arn + "dead")));
        await Eventually.TrueAsync(
            async () => (await FormAsync("ListMessageMoveTasks", ("SourceArn", Arn + "dead"))).Contains("<Status>COMPLETED</Status>", StringComparison.Ordinal), "the task ends");
        Assert.Equal("1", await CountAsync(url, "ApproximateNumberOfMessages"));
        Assert.Contains("<Code>ResourceNotFoundException</Code>", await FormAsync("CancelMessageMoveTask", ("TaskHandle", "none")));
    }

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;

    private static string Handle(JsonElement message) => Text(message, "ReceiptHandle");

    private static JsonElement[] Messages(JsonElement answer)
        => answer.TryGetProperty("Messages", out var messages) ? [.. messages.EnumerateArray()] : [];

    private Task<JsonElement> RunAsync(params string[] arguments) => _aws.RunAsync(["sqs", .. arguments]);

    private Task<string> FailAsync(params string[] arguments) => _aws.FailAsync(["sqs", .. arguments]);

    private async Task<string> CountAsync(string url, string name)
        => Text((await RunAsync("get-queue-attributes", "--queue-url", url, "--attribute-names", name)).GetProperty("Attributes"), name);

    /// <summary>Calls an operation over the query protocol, whatever its end; returns the XML without white space between elements.</summary>
    private async Task<string> FormAsync(string action, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(
            [new("Action", action), new("Version", "2012-11-05"), .. parameters.Select(p => new KeyValuePair<string, string>(p.Name, p.Value))]);
        using var answer = await Http.PostAsync(_server.Url, form);
        return System.Xml.Linq.XDocument.Parse(await answer.Content.ReadAsStringAsync()).ToString(System.Xml.Linq.SaveOptions.DisableFormatting);
    }
}
