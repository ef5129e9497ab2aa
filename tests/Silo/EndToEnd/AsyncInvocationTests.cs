using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Asynchronous invocation, driven by the AWS CLI on the real server. Waits between tries are 1 s and 2 s here.</summary>
public sealed class AsyncInvocationTests
{
    private const string Queue = "arn:aws:sqs:us-east-1:000000000000:ended";

    private const string Code = """
        import os

        def handler(event, context):
            with open(os.environ["SEEN"], "a") as seen:
                seen.write(event["n"] + "\n")
            if event["n"].startswith("bad"):
                raise ValueError("no good")
            return {"did": event["n"]}
        """;

    private static readonly ServerOptions s_quick = new() { Environment = new Dictionary<string, string> { ["DISPATCHER__AsyncRetrySeconds"] = "1" } };

    public AsyncInvocationTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Event_Success_IsAcceptedRunOnceAndReported()
    {
        await using var server = await ServerProcess.StartAsync(s_quick);
        var aws = new AwsCli(server.Url.ToString());
        await CreateAsync(server, aws);
        var queue = await QueueAsync(aws);
        await aws.RunAsync("lambda", "put-function-event-invoke-config", "--function-name", "hello", "--destination-config", To("OnSuccess"));

        Assert.Equal(202, await SendAsync(aws, "one"));

        var record = JsonDocument.Parse((await ReceiveAsync(aws, queue)).GetProperty("Body").GetString()!).RootElement;
        Assert.Equal("Success", record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal("""{"n":"one"}""", record.GetProperty("requestPayload").GetRawText());
        Assert.Equal("one", record.GetProperty("responsePayload").GetProperty("did").GetString());
        Assert.Equal(["one"], await SeenAsync(server));
    }

    [Fact]
    public async Task Event_FailsAlways_IsTriedThreeTimesAndGoesToDestinationAndDeadLetterQueue()
    {
        await using var server = await ServerProcess.StartAsync(s_quick);
        var aws = new AwsCli(server.Url.ToString());
        var (queue, dead) = (await QueueAsync(aws), await QueueAsync(aws, "dead"));
        await CreateAsync(server, aws, "--dead-letter-config", "TargetArn=arn:aws:sqs:us-east-1:000000000000:dead");
        await aws.RunAsync("lambda", "put-function-event-invoke-config", "--function-name", "hello", "--destination-config", To("OnFailure"));

        Assert.Equal(202, await SendAsync(aws, "bad"));

        var record = JsonDocument.Parse((await ReceiveAsync(aws, queue)).GetProperty("Body").GetString()!).RootElement;
        var context = record.GetProperty("requestContext");
        Assert.Equal(("RetriesExhausted", 3), (context.GetProperty("condition").GetString(), context.GetProperty("approximateInvokeCount").GetInt32()));
        Assert.Equal("arn:aws:lambda:us-east-1:000000000000:function:hello:$LATEST", context.GetProperty("functionArn").GetString());
        Assert.Equal("Unhandled", record.GetProperty("responseContext").GetProperty("functionError").GetString());
        Assert.Equal("no good", record.GetProperty("responsePayload").GetProperty("errorMessage").GetString());
        Assert.Equal(["bad", "bad", "bad"], await SeenAsync(server));

        var letter = await ReceiveAsync(aws, dead);
        var attributes = letter.GetProperty("MessageAttributes");
        Assert.Equal("""{"n":"bad"}""", letter.GetProperty("Body").GetString());
        Assert.Equal(context.GetProperty("requestId").GetString(), attributes.GetProperty("RequestID").GetProperty("StringValue").GetString());
        Assert.Equal(("200", "no good"), (attributes.GetProperty("ErrorCode").GetProperty("StringValue").GetString(), attributes.GetProperty("ErrorMessage").GetProperty("StringValue").GetString()));
    }

    [Fact]
    public async Task Config_Operations_ShowWhatWasSet()
    {
        await using var server = await ServerProcess.StartAsync(s_quick);
        var aws = new AwsCli(server.Url.ToString());
        await CreateAsync(server, aws);
        await QueueAsync(aws);

        var missing = await aws.FailAsync("lambda", "get-function-event-invoke-config", "--function-name", "hello");
        var empty = await aws.FailAsync("lambda", "put-function-event-invoke-config", "--function-name", "hello");
        await aws.RunAsync("lambda", "put-function-event-invoke-config", "--function-name", "hello", "--maximum-retry-attempts", "0", "--maximum-event-age-in-seconds", "60");
        var changed = await aws.RunAsync("lambda", "update-function-event-invoke-config", "--function-name", "hello", "--destination-config", To("OnFailure"));
        var listed = await aws.RunAsync("lambda", "list-function-event-invoke-configs", "--function-name", "hello");
        await aws.RunAsync("lambda", "delete-function-event-invoke-config", "--function-name", "hello");
        var gone = await aws.RunAsync("lambda", "list-function-event-invoke-configs", "--function-name", "hello");
        var nowhere = await aws.FailAsync("lambda", "put-function-event-invoke-config", "--function-name", "hello", "--destination-config", To("OnFailure", "x"));

        Assert.Contains("ResourceNotFoundException", missing);
        Assert.Contains("You must specify at least one of error handling or destination setting.", empty);
        Assert.Equal((0, 60), (changed.GetProperty("MaximumRetryAttempts").GetInt32(), changed.GetProperty("MaximumEventAgeInSeconds").GetInt32()));
        Assert.Equal(Queue, Assert.Single(listed.GetProperty("FunctionEventInvokeConfigs").EnumerateArray()).GetProperty("DestinationConfig").GetProperty("OnFailure").GetProperty("Destination").GetString());
        Assert.Equal(0, gone.GetProperty("FunctionEventInvokeConfigs").GetArrayLength());
        Assert.Contains("InvalidParameterValueException", nowhere);
    }

    private static string To(string when, string more = "") => $$"""{"{{when}}":{"Destination":"{{Queue}}{{more}}"} }""";

    private static async Task CreateAsync(ServerProcess server, AwsCli aws, params string[] options) => await aws.RunAsync([
        "lambda", "create-function", "--function-name", "hello", "--runtime", "python3.11", "--handler", "app.handler", "--timeout", "10",
        "--role", "arn:aws:iam::000000000000:role/any", "--environment", $"Variables={{SEEN={Path.Combine(server.Folder, "seen")}}}",
        "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(server.Folder, "async", "app.py", Code)}", .. options]);

    private static async Task<string> QueueAsync(AwsCli aws, string name = "ended")
        => (await aws.RunAsync("sqs", "create-queue", "--queue-name", name)).GetProperty("QueueUrl").GetString()!;

    private static async Task<int> SendAsync(AwsCli aws, string text)
        => (await aws.InvokeAsync("hello", $$"""{"n":"{{text}}"}""", "--invocation-type", "Event")).Meta.GetProperty("StatusCode").GetInt32();

    private static async Task<JsonElement> ReceiveAsync(AwsCli aws, string queue)
        => Assert.Single((await aws.RunAsync(
            "sqs", "receive-message", "--queue-url", queue, "--wait-time-seconds", "20", "--message-attribute-names", "All")).GetProperty("Messages").EnumerateArray());

    private static async Task<string[]> SeenAsync(ServerProcess server)
        => File.Exists(Path.Combine(server.Folder, "seen")) ? await File.ReadAllLinesAsync(Path.Combine(server.Folder, "seen")) : [];
}
