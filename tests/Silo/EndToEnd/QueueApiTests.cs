using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>
/// The SQS API on the real server: the query protocol by the distribution's AWS CLI, which checks every MD5 digest, and the JSON
/// protocol by plain requests.
/// </summary>
public sealed class QueueApiTests : IAsyncLifetime
{
    private const string Arn = "arn:aws:sqs:us-east-1:000000000000:";

    private static readonly HttpClient Http = new();

    private ServerProcess _server = null!;
    private AwsCli _aws = null!;

    public async ValueTask InitializeAsync()
    {
        AwsCli.SkipIfMissing();
        _server = await ServerProcess.StartAsync();
        _aws = new AwsCli(_server.Url.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

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

    [Fact]
    public async Task Json_DeadLetters_MoveBackByATask()
    {
        var dead = (await CallAsync("CreateQueue", """{"QueueName":"dead"}"""))["QueueUrl"]!.GetValue<string>();
        var redrive = JsonSerializer.Serialize($$"""{"deadLetterTargetArn":"{{Arn}}dead","maxReceiveCount":1}""");
        var url = (await CallAsync("CreateQueue", $$"""{"QueueName":"one","Attributes":{"VisibilityTimeout":"0","RedrivePolicy":{{redrive}} } }"""))["QueueUrl"]!.GetValue<string>();
        await CallAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"poison"}""");
        await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}"}""");
        Assert.Null((await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}"}"""))["Messages"]);

        var letter = (await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{dead}}","VisibilityTimeout":0,"MessageSystemAttributeNames":["All"]}"""))["Messages"]![0]!;
        Assert.Equal(Arn + "one", letter["Attributes"]!["DeadLetterQueueSourceArn"]!.GetValue<string>());
        Assert.Equal(url, (await CallAsync("ListDeadLetterSourceQueues", $$"""{"QueueUrl":"{{dead}}"}"""))["queueUrls"]![0]!.GetValue<string>());
        Assert.NotNull((await CallAsync("StartMessageMoveTask", $$"""{"SourceArn":"{{Arn}}dead"}"""))["TaskHandle"]);
        await Eventually.EqualAsync("COMPLETED", async () => (await CallAsync("ListMessageMoveTasks", $$"""{"SourceArn":"{{Arn}}dead"}"""))["Results"]![0]!["Status"]!.GetValue<string>());

        var back = (await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}","AttributeNames":["ApproximateReceiveCount"]}"""))["Messages"]![0]!;
        Assert.Equal(("poison", "1"), (back["Body"]!.GetValue<string>(), back["Attributes"]!["ApproximateReceiveCount"]!.GetValue<string>()));
        await RefusedAsync("CancelMessageMoveTask", """{"TaskHandle":"none"}""", "ResourceNotFoundException", "ResourceNotFoundException");
        await RefusedAsync("StartMessageMoveTask", $$"""{"SourceArn":"{{Arn}}one"}""", "InvalidParameterValueException", "InvalidParameterValue");
    }

    /// <summary>The operations over JSON that the tests above drive with the CLI, which speaks the older protocol.</summary>
    [Fact]
    public async Task Json_QueuesAndMessages_WorkAsOverTheQueryProtocol()
    {
        var url = (await CallAsync("CreateQueue", """{"QueueName":"one","Attributes":{"DelaySeconds":"900"},"tags":{"team":"a"}}"""))["QueueUrl"]!.GetValue<string>();
        Assert.Equal(url, (await CallAsync("GetQueueUrl", """{"QueueName":"one"}"""))["QueueUrl"]!.GetValue<string>());
        Assert.Equal(url, (await CallAsync("ListQueues", """{"QueueNamePrefix":"on"}"""))["QueueUrls"]![0]!.GetValue<string>());
        await CallAsync("TagQueue", $$$"""{"QueueUrl":"{{{url}}}","Tags":{"env":"test"}}""");
        await CallAsync("UntagQueue", $$"""{"QueueUrl":"{{url}}","TagKeys":["team"]}""");
        Assert.Equal("""{"env":"test"}""", (await CallAsync("ListQueueTags", $$"""{"QueueUrl":"{{url}}"}"""))["Tags"]!.ToJsonString());

        // Delayed by the queue, by the message, and not at all.
        await CallAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"queue"}""");
        await CallAsync("SetQueueAttributes", $$$"""{"QueueUrl":"{{{url}}}","Attributes":{"DelaySeconds":"0"}}""");
        var sent = await CallAsync("SendMessageBatch", $$$$"""
            {"QueueUrl":"{{{{url}}}}","Entries":[{"Id":"a","MessageBody":"message","DelaySeconds":900},{"Id":"b","MessageBody":"now",
            "MessageAttributes":{"n":{"DataType":"Number","StringValue":"5"}}}]}
            """);
        Assert.Equal(["a", "b"], sent["Successful"]!.AsArray().Select(e => e!["Id"]!.GetValue<string>()));
        var received = (await CallAsync(
            "ReceiveMessage", $$"""{"QueueUrl":"{{url}}","MaxNumberOfMessages":10,"MessageAttributeNames":["All"],"MessageSystemAttributeNames":["SentTimestamp"]}"""))["Messages"]!.AsArray();
        var message = Assert.Single(received)!;
        Assert.Equal(("now", "5"), (message["Body"]!.GetValue<string>(), message["MessageAttributes"]!["n"]!["StringValue"]!.GetValue<string>()));
        Assert.Equal(sent["Successful"]![1]!["MD5OfMessageAttributes"]!.GetValue<string>(), message["MD5OfMessageAttributes"]!.GetValue<string>());
        Assert.Equal(["SentTimestamp"], message["Attributes"]!.AsObject().Select(a => a.Key));
        await CountsAsync(url, visible: 0, hidden: 1, delayed: 2);

        var handle = message["ReceiptHandle"]!.GetValue<string>();
        await CallAsync("ChangeMessageVisibility", $$"""{"QueueUrl":"{{url}}","ReceiptHandle":"{{handle}}","VisibilityTimeout":0}""");
        await CountsAsync(url, visible: 1, hidden: 0, delayed: 2);
        handle = (await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}"}"""))["Messages"]![0]!["ReceiptHandle"]!.GetValue<string>();
        var changed = await CallAsync(
            "ChangeMessageVisibilityBatch", $$"""{"QueueUrl":"{{url}}","Entries":[{"Id":"a","ReceiptHandle":"{{handle}}","VisibilityTimeout":60},{"Id":"b","ReceiptHandle":"x"}]}""");
        Assert.Equal(("a", "b"), (changed["Successful"]![0]!["Id"]!.GetValue<string>(), changed["Failed"]![0]!["Id"]!.GetValue<string>()));
        var deleted = await CallAsync("DeleteMessageBatch", $$"""{"QueueUrl":"{{url}}","Entries":[{"Id":"a","ReceiptHandle":"{{handle}}"}]}""");
        Assert.Equal("a", deleted["Successful"]![0]!["Id"]!.GetValue<string>());
        await CallAsync("DeleteMessage", $$"""{"QueueUrl":"{{url}}","ReceiptHandle":"{{handle}}"}""");
        await CountsAsync(url, visible: 0, hidden: 0, delayed: 2);
        await CallAsync("PurgeQueue", $$"""{"QueueUrl":"{{url}}"}""");
        await CountsAsync(url, visible: 0, hidden: 0, delayed: 0);
        await CallAsync("DeleteQueue", $$"""{"QueueUrl":"{{url}}"}""");
        await RefusedAsync("GetQueueAttributes", $$"""{"QueueUrl":"{{url}}"}""", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue");
    }

    /// <summary>While a message of a group is out, nothing else of the group is given to anybody; other groups are.</summary>
    [Fact]
    public async Task Json_FifoQueue_GivesAGroupInOrderAndOneReceiveAtATime()
    {
        var url = (await CallAsync("CreateQueue", """{"QueueName":"one.fifo","Attributes":{"FifoQueue":"true","ContentBasedDeduplication":"true"}}"""))["QueueUrl"]!.GetValue<string>();
        foreach (var (body, group) in ((string, string)[])[("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")])
        {
            await CallAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"{{body}}","MessageGroupId":"{{group}}"}""");
        }

        async Task<JsonNode?> ReceiveAsync(int most) => (await CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}","MaxNumberOfMessages":{{most}}}"""))["Messages"];
        var first = await ReceiveAsync(1);
        Assert.Equal("a1", first![0]!["Body"]!.GetValue<string>());
        Assert.Equal("b1", Assert.Single((await ReceiveAsync(10))!.AsArray())!["Body"]!.GetValue<string>());
        Assert.Null(await ReceiveAsync(10));
        var handle = first[0]!["ReceiptHandle"]!.GetValue<string>();
        await CallAsync("DeleteMessage", $$"""{"QueueUrl":"{{url}}","ReceiptHandle":"{{handle}}"}""");
        Assert.Equal(["a2", "a3"], (await ReceiveAsync(10))!.AsArray().Select(m => m!["Body"]!.GetValue<string>()));
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

    [Theory]
    [InlineData("GetQueueUrl", """{"QueueName":"nothing"}""", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")]
    [InlineData("GetQueueUrl", "{}", "MissingRequiredParameterException", "MissingParameter")]
    [InlineData("CreateQueue", """{"QueueName":"a b"}""", "InvalidParameterValueException", "InvalidParameterValue")]
    [InlineData("CreateQueue", """{"QueueName":"x","Attributes":{"Color":"red"}}""", "InvalidAttributeName", "InvalidAttributeName")]
    [InlineData("CreateQueue", """{"QueueName":"x","Attributes":{"DelaySeconds":"901"}}""", "InvalidAttributeValue", "InvalidAttributeValue")]
    [InlineData("CreateQueue", """{"QueueName":"x","Attributes":{"RedrivePolicy":"{}"}}""", "InvalidAttributeValue", "InvalidAttributeValue")]
    [InlineData("CreateQueue", """{"QueueName":7}""", "SerializationException", "MalformedInput")]
    [InlineData("CreateQueue", "{", "SerializationException", "MalformedInput")]
    [InlineData("FlyToTheMoon", "{}", "UnknownOperationException", "InvalidAction")]
    [InlineData("SendMessageBatch", """{"QueueUrl":"http://h/0/x","Entries":[]}""", "EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest")]
    [InlineData("ReceiveMessage", """{"QueueUrl":"http://h/0/x","MaxNumberOfMessages":11}""", "InvalidParameterValueException", "InvalidParameterValue")]
    public Task Json_BadInput_IsRefusedWithTypeAndCode(string operation, string input, string type, string code)
        => RefusedAsync(operation, input, type, code);

    [Fact]
    public async Task Json_LongPoll_EndsWithTheMessage()
    {
        var url = (await CallAsync("CreateQueue", """{"QueueName":"one"}"""))["QueueUrl"]!.GetValue<string>();
        var polling = CallAsync("ReceiveMessage", $$"""{"QueueUrl":"{{url}}","WaitTimeSeconds":20}""");

        await CallAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"x"}""");

        Assert.Equal("x", (await polling)["Messages"]![0]!["Body"]!.GetValue<string>());
    }

    [Fact]
    public async Task Json_MessageAboveTheLimit_IsRefusedAndOneAtTheLimitIsNot()
    {
        var url = (await CallAsync("CreateQueue", """{"QueueName":"one"}"""))["QueueUrl"]!.GetValue<string>();
        string Send(int bytes) => JsonSerializer.Serialize(new { QueueUrl = url, MessageBody = new string('x', bytes) });

        await RefusedAsync("SendMessage", Send(1_048_577), "InvalidParameterValueException", "InvalidParameterValue");
        await RefusedAsync("SendMessage", $$"""{"QueueUrl":"{{url}}","MessageBody":"\u0001"}""", "InvalidMessageContents", "InvalidMessageContents");
        await CallAsync("SendMessage", Send(1_048_576));
    }

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;

    private static string Handle(JsonElement message) => Text(message, "ReceiptHandle");

    private static JsonElement[] Messages(JsonElement answer)
        => answer.TryGetProperty("Messages", out var messages) ? [.. messages.EnumerateArray()] : [];

    private Task<JsonElement> RunAsync(params string[] arguments) => _aws.RunAsync(["sqs", .. arguments]);

    private Task<string> FailAsync(params string[] arguments) => _aws.FailAsync(["sqs", .. arguments]);

    private async Task<string> CountAsync(string url, string name)
        => Text((await RunAsync("get-queue-attributes", "--queue-url", url, "--attribute-names", name)).GetProperty("Attributes"), name);

    private async Task CountsAsync(string url, int visible, int hidden, int delayed)
    {
        var attributes = (await CallAsync("GetQueueAttributes", $$"""{"QueueUrl":"{{url}}","AttributeNames":["All"]}"""))["Attributes"]!;
        Assert.Equal(
            [$"{visible}", $"{hidden}", $"{delayed}"],
            ((string[])["", "NotVisible", "Delayed"]).Select(kind => attributes[$"ApproximateNumberOfMessages{kind}"]!.GetValue<string>()));
    }

    /// <summary>Calls an operation over the query protocol, whatever its end; returns the XML without white space between elements.</summary>
    private async Task<string> FormAsync(string action, params (string Name, string Value)[] parameters)
    {
        using var form = new FormUrlEncodedContent(
            [new("Action", action), new("Version", "2012-11-05"), .. parameters.Select(p => new KeyValuePair<string, string>(p.Name, p.Value))]);
        using var answer = await Http.PostAsync(_server.Url, form);
        return System.Xml.Linq.XDocument.Parse(await answer.Content.ReadAsStringAsync()).ToString(System.Xml.Linq.SaveOptions.DisableFormatting);
    }

    private async Task<JsonNode> CallAsync(string operation, string input)
    {
        using var answer = await SendAsync(operation, input);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{operation}: {text}");
        Assert.Equal("application/x-amz-json-1.0", answer.Content.Headers.ContentType?.ToString());
        return JsonNode.Parse(text)!;
    }

    private async Task RefusedAsync(string operation, string input, string type, string code)
    {
        using var answer = await SendAsync(operation, input);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("com.amazonaws.sqs#" + type, JsonNode.Parse(text)!["__type"]!.GetValue<string>());
        Assert.Equal(code + ";Sender", Assert.Single(answer.Headers.GetValues("x-amzn-query-error")));
    }

    private async Task<HttpResponseMessage> SendAsync(string operation, string input)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Url);
        request.Headers.Add("X-Amz-Target", "AmazonSQS." + operation);
        request.Content = new StringContent(input, Encoding.UTF8, "application/x-amz-json-1.0");
        return await Http.SendAsync(request);
    }
}
