using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Testing;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>The JSON protocol.</summary>
public sealed partial class QueueApiTests
{
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

    private async Task CountsAsync(string url, int visible, int hidden, int delayed)
    {
        var attributes = (await CallAsync("GetQueueAttributes", $$"""{"QueueUrl":"{{url}}","AttributeNames":["All"]}"""))["Attributes"]!;
        Assert.Equal(
            [$"{visible}", $"{hidden}", $"{delayed}"],
            ((string[])["", "NotVisible", "Delayed"]).Select(kind => attributes[$"ApproximateNumberOfMessages{kind}"]!.GetValue<string>()));
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
