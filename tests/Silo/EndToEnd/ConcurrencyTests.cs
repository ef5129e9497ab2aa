using System.Text.Json;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Reserved and provisioned concurrency, driven by the AWS CLI on the real server.</summary>
public sealed class ConcurrencyTests
{
    private const string Code = """
        import os, time

        def handler(event, context):
            with open(os.environ["SEEN"], "a") as seen:
                seen.write("begun\n")
            while event.get("hold") and not os.path.exists(os.environ["GO"]):
                time.sleep(0.02)
            return os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"]
        """;

    public ConcurrencyTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Reserved_OneThenZero_ThrottlesAndTurnsOff()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        await CreateAsync(server, aws);
        var set = await aws.RunAsync("lambda", "put-function-concurrency", "--function-name", "hold", "--reserved-concurrent-executions", "1");
        Assert.Equal(1, set.GetProperty("ReservedConcurrentExecutions").GetInt32());

        using var client = new HttpClient { BaseAddress = server.Url };
        var first = PostAsync(client, """{"hold":true}""");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(server.Folder, "seen")), "the first call runs");
        using (var second = await PostAsync(client, "{}"))
        {
            var body = JsonDocument.Parse(await second.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(429, (int)second.StatusCode);
            Assert.Equal("TooManyRequestsException", second.Headers.GetValues("x-amzn-ErrorType").Single());
            Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", body.GetProperty("Reason").GetString());
            Assert.Equal("1", second.Headers.GetValues("Retry-After").Single());
        }

        Assert.Contains("TooManyRequestsException", await aws.FailAsync("lambda", "invoke", "--function-name", "hold", "/dev/null"));
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "go"), "");
        using (var answer = await first)
        {
            Assert.Equal("\"on-demand\"", await answer.Content.ReadAsStringAsync());
        }

        await TurnOffAsync(aws);
        await aws.RunAsync("lambda", "delete-function-concurrency", "--function-name", "hold");
        Assert.Equal("\"on-demand\"", (await aws.InvokeAsync("hold", "{}")).Payload);
    }

    [Fact]
    public async Task Provisioned_Alias_WorkersAreReadyAlsoAfterAnotherStart()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        await CreateAsync(server, aws);
        await aws.RunAsync("lambda", "publish-version", "--function-name", "hold");
        await aws.RunAsync("lambda", "create-alias", "--function-name", "hold", "--name", "live", "--function-version", "1");
        var asked = await ProvisionAsync(aws, "live", 2);
        Assert.Equal(2, asked.GetProperty("RequestedProvisionedConcurrentExecutions").GetInt32());
        await ReadyAsync(aws, 2);
        Assert.Equal("\"provisioned-concurrency\"", (await aws.InvokeAsync("hold:live", "{}")).Payload);

        await server.KillAsync();
        await server.StartAgainAsync();
        aws = new AwsCli(server.Url.ToString());
        await ReadyAsync(aws, 2);
        Assert.Equal("\"on-demand\"", (await aws.InvokeAsync("hold", "{}")).Payload);
        await Eventually.TrueAsync(
            async () => (await aws.InvokeAsync("hold:live", "{}")).Payload == "\"provisioned-concurrency\"", "the workers of this start are provisioned");

        await aws.RunAsync(
            "lambda", "update-function-code", "--function-name", "hold", "--publish",
            "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(server.Folder, "broken", "app.py", "raise ValueError('no start')")}");
        await ProvisionAsync(aws, "2", 1);
        await Eventually.TrueAsync(
            async () => await StatusAsync(aws, "2") is var config && config.GetProperty("Status").GetString() == "FAILED"
                && config.GetProperty("StatusReason").GetString()!.StartsWith("FUNCTION_ERROR_INIT_FAILURE", StringComparison.Ordinal),
            "version 2 has failed");
    }

    private static Task<JsonElement> ProvisionAsync(AwsCli aws, string qualifier, int workers) => aws.RunAsync(
        "lambda", "put-provisioned-concurrency-config", "--function-name", "hold", "--qualifier", qualifier, "--provisioned-concurrent-executions", $"{workers}");

    private static Task<JsonElement> StatusAsync(AwsCli aws, string qualifier)
        => aws.RunAsync("lambda", "get-provisioned-concurrency-config", "--function-name", "hold", "--qualifier", qualifier);

    private static Task ReadyAsync(AwsCli aws, int workers) => Eventually.TrueAsync(
        async () => await StatusAsync(aws, "live") is var config && config.GetProperty("Status").GetString() == "READY"
            && config.GetProperty("AllocatedProvisionedConcurrentExecutions").GetInt32() == workers,
        $"{workers} workers are ready");

    private static async Task TurnOffAsync(AwsCli aws)
    {
        const string queue = "arn:aws:sqs:us-east-1:000000000000:ended";
        var url = (await aws.RunAsync("sqs", "create-queue", "--queue-name", "ended")).GetProperty("QueueUrl").GetString()!;
        await aws.RunAsync(
            "lambda", "put-function-event-invoke-config", "--function-name", "hold", "--destination-config", $$"""{"OnFailure":{"Destination":"{{queue}}"} }""");
        await aws.RunAsync("lambda", "put-function-concurrency", "--function-name", "hold", "--reserved-concurrent-executions", "0");

        Assert.Contains("TooManyRequestsException", await aws.FailAsync("lambda", "invoke", "--function-name", "hold", "/dev/null"));
        await aws.InvokeAsync("hold", """{"n":1}""", "--invocation-type", "Event");
        var received = await aws.RunAsync("sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "20");
        var record = JsonDocument.Parse(Assert.Single(received.GetProperty("Messages").EnumerateArray()).GetProperty("Body").GetString()!).RootElement;
        var context = record.GetProperty("requestContext");
        Assert.Equal(("ZeroReservedConcurrency", 0), (context.GetProperty("condition").GetString(), context.GetProperty("approximateInvokeCount").GetInt32()));
        Assert.Equal("""{"n":1}""", record.GetProperty("requestPayload").GetRawText());
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string payload)
        => client.PostAsync("/2015-03-31/functions/hold/invocations", new StringContent(payload));

    private static async Task CreateAsync(ServerProcess server, AwsCli aws) => await aws.RunAsync(
        "lambda", "create-function", "--function-name", "hold", "--runtime", "python3.11", "--handler", "app.handler", "--timeout", "60",
        "--role", "arn:aws:iam::000000000000:role/any",
        "--environment", $"Variables={{SEEN={Path.Combine(server.Folder, "seen")},GO={Path.Combine(server.Folder, "go")}}}",
        "--zip-file", $"fileb://{await FunctionArchive.WriteAsync(server.Folder, "hold", "app.py", Code)}");
}
