using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Tests.Wire;

public sealed class InvokeTests : IAsyncLifetime
{
    private const string Path = "/2015-03-31/functions/f/invocations";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Invoke_Succeeds_AnswersPayloadAndVersion()
    {
        var answer = await _server.SendAsync("POST", Path, """{"a":[1,2]}""");

        Assert.Equal((200, """{"a":[1,2]}"""), (answer.Status, answer.Body));
        Assert.Equal("$LATEST", answer.Headers["X-Amz-Executed-Version"]);
        Assert.False(answer.Headers.ContainsKey("X-Amz-Function-Error"));
        Assert.False(answer.Headers.ContainsKey("X-Amz-Log-Result"));
        Assert.Equal(new FunctionRef("f"), _server.Invoker.Last!.Function);
        Assert.Equal(answer.RequestId, _server.Invoker.Last.RequestId.ToString());
    }

    [Theory]
    [InlineData("/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations", null)]
    [InlineData("/2015-03-31/functions/f:3/invocations", "3")]
    [InlineData("/2015-03-31/functions/f/invocations?Qualifier=live", "live")]
    public async Task Invoke_EveryFormOfName_NamesFunctionAndQualifier(string path, string? qualifier)
    {
        (await _server.SendAsync("POST", path, "1")).Succeeds(200);

        Assert.Equal(new FunctionRef("f", qualifier), _server.Invoker.Last!.Function);
    }

    [Fact]
    public async Task Invoke_NoBody_IsAnEmptyEvent()
    {
        (await _server.SendAsync("POST", Path)).Succeeds(200);

        Assert.Equal("{}", _server.Invoker.LastPayload);
    }

    [Fact]
    public async Task Invoke_FunctionError_IsStill200()
    {
        _server.Invoker.Script = _ => new InvocationOutcome.FunctionError("Unhandled", """{"errorType":"X"}"""u8.ToArray(), "X")
        {
            LogTail = "the log"u8.ToArray(),
        };

        var answer = await _server.SendAsync("POST", Path, "{}", ("X-Amz-Log-Type", "Tail"));

        Assert.Equal((200, """{"errorType":"X"}"""), (answer.Status, answer.Body));
        Assert.Equal("Unhandled", answer.Headers["X-Amz-Function-Error"]);
        Assert.Equal("the log", Encoding.UTF8.GetString(Convert.FromBase64String(answer.Headers["X-Amz-Log-Result"])));
        Assert.True(_server.Invoker.Last!.LogTail);
    }

    [Fact]
    public async Task Invoke_Throttled_Is429WithReasonAndRetryAfter()
    {
        _server.Invoker.Script = _ => new InvocationOutcome.Throttled(
            "ReservedFunctionConcurrentInvocationLimitExceeded", TimeSpan.FromMilliseconds(1200));

        var answer = await _server.SendAsync("POST", Path, "{}");

        Assert.Equal("Rate Exceeded.", answer.Fails(429, "TooManyRequestsException"));
        Assert.Equal("2", answer.Headers["Retry-After"]);
        Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", answer.Json.GetProperty("Reason").GetString());
        Assert.Equal("User", answer.Json.GetProperty("Type").GetString());
    }

    [Theory]
    [InlineData(ServiceErrorKind.NotFound, 404, "ResourceNotFoundException", "User")]
    [InlineData(ServiceErrorKind.InvalidZip, 502, "InvalidZipFileException", "Service")]
    [InlineData(ServiceErrorKind.InvalidRuntime, 502, "InvalidRuntimeException", "Service")]
    [InlineData(ServiceErrorKind.Internal, 500, "ServiceException", "Service")]
    public async Task Invoke_CouldNotRun_AnswersTheError(ServiceErrorKind kind, int status, string type, string side)
    {
        _server.Invoker.Script = _ => new InvocationOutcome.Failed(new ServiceException(kind, "why"));

        var answer = await _server.SendAsync("POST", Path, "{}");

        Assert.Equal("why", answer.Fails(status, type));
        Assert.Equal(side, answer.Json.GetProperty("Type").GetString());
    }

    [Fact]
    public async Task Invoke_BugInTheServer_Is500WithRequestIdAndWithoutDetails()
    {
        _server.Invoker.Script = _ => throw new InvalidOperationException("secret");

        var answer = await _server.SendAsync("POST", Path, "{}");

        var message = answer.Fails(500, "ServiceException");
        Assert.Contains(answer.RequestId!, message);
        Assert.DoesNotContain("secret", answer.Body);
    }

    [Fact]
    public async Task Invoke_CallerGoesAway_FunctionRunsToItsEnd()
    {
        await using var server = await GatewayServer.StartAsync(services => services.AddHttpContextAccessor());
        var (began, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        var cancelled = true;
        server.Invoker.Before = async token =>
        {
            using var watch = new HttpContextAccessor().HttpContext!.RequestAborted.Register(gone.SetResult);
            began.SetResult();
            await gone.Task;
            cancelled = token.IsCancellationRequested;
        };
        var ended = new TaskCompletionSource<string>();
        server.Invoker.Script = request =>
        {
            ended.SetResult(Encoding.UTF8.GetString(request.Payload.Span));
            return new InvocationOutcome.Succeeded("1"u8.ToArray());
        };
        using var caller = new CancellationTokenSource();
        using var content = new StringContent("""{"a":1}""");

        var call = server.Client.PostAsync(Path, content, caller.Token);
        await began.Task;
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("""{"a":1}""", await ended.Task);
        Assert.False(cancelled);
    }

    [Fact]
    public async Task DryRun_ChecksOnly()
    {
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Invocation-Type", "DryRun"))).Succeeds(204);
        Assert.Null(_server.Invoker.Last);

        _server.Invoker.Refusal = ServiceException.NotFound("Function not found: f");
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Invocation-Type", "DryRun"))).Fails(404, "ResourceNotFoundException");
    }

    [Fact]
    public async Task Event_NobodyTakesEvents_SaysSo()
        => Assert.Contains("Event", (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Invocation-Type", "Event"))).Fails(501, "NotImplementedException"));

    [Fact]
    public async Task Event_SomebodyTakesEvents_Is202()
    {
        var events = new Events();
        await using var server = await GatewayServer.StartAsync(services => services.AddSingleton<IAsyncInvoker>(events));

        (await server.SendAsync("POST", Path, """{"x":1}""", ("X-Amz-Invocation-Type", "Event"))).Succeeds(202);

        Assert.Equal(["""{"x":1}"""], events.Taken);
        var large = $"\"{new string('x', Limits.AsyncPayloadBytes)}\"";
        (await server.SendAsync("POST", Path, large, ("X-Amz-Invocation-Type", "Event"))).Fails(413, "RequestTooLargeException");
    }

    [Fact]
    public async Task Invoke_SameTargetWithOtherHeaders_IsReadByItself()
    {
        var events = new Events();
        await using var server = await GatewayServer.StartAsync(services => services.AddSingleton<IAsyncInvoker>(events));
        (string, string)[] tail = [("X-Amz-Log-Type", "Tail")];

        for (var round = 0; round < 2; round++)
        {
            (await server.SendAsync("POST", Path, "1", ("X-Amz-Invocation-Type", "Event"))).Succeeds(202);
            (await server.SendAsync("POST", Path, "2", ("X-Amz-Invocation-Type", "DryRun"))).Succeeds(204);
            (await server.SendAsync("POST", Path, "3", tail)).Succeeds(200);
            Assert.True(server.Invoker.Last!.LogTail);
            (await server.SendAsync("POST", Path, "4", [("X-Amz-Invocation-Type", "Event"), .. tail])).Succeeds(202);
            (await server.SendAsync("POST", Path, "5")).Succeeds(200);
            Assert.False(server.Invoker.Last!.LogTail);
            (await server.SendAsync("POST", "/2015-03-31/functions/g/invocations", "6")).Succeeds(200);
            Assert.Equal("g", server.Invoker.Last!.Function.Name);
        }

        Assert.Equal(["1", "4", "1", "4"], events.Taken);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/000000000000/q", true)]
    [InlineData("/000000000000/q/", false)]
    [InlineData("/000000000000/", false)]
    [InlineData("/00000000000/qq", false)]
    [InlineData("/0000000000000/q", false)]
    [InlineData("/00000000000a/q", false)]
    [InlineData("/2015-03-31/functions/f", false)]
    [InlineData("", false)]
    public void IsServicePath_Path_IsRootOrAQueue(string path, bool expected)
        => Assert.Equal(expected, Gateway.Api.QueryCalls.IsServicePath(new PathString(path)));

    [Theory]
    [InlineData("{")]
    [InlineData("{a:1}")]
    [InlineData("nope")]
    [InlineData("{} {}")]
    [InlineData(" ")]
    [InlineData("[1,]")]
    public async Task Invoke_PayloadNotJson_IsInvalidRequestContent(string payload)
    {
        var message = (await _server.SendAsync("POST", Path, payload)).Fails(400, "InvalidRequestContentException");

        Assert.StartsWith("Could not parse request body into json: ", message);
        Assert.Null(_server.Invoker.Last);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("1e400")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Invoke_AnyJson_IsHandedOverAsItIs(string payload)
        => Assert.Equal(payload, (await _server.SendAsync("POST", Path, payload)).Body);

    [Fact]
    public async Task Invoke_PayloadSize_IsLimitedToSixMegabytes()
    {
        var largest = $"\"{new string('x', Limits.SyncPayloadBytes - 2)}\"";

        (await _server.SendAsync("POST", Path, largest)).Succeeds(200);
        var message = (await _server.SendAsync("POST", Path, largest + " ")).Fails(413, "RequestTooLargeException");

        Assert.Equal("Request must be smaller than 6291456 bytes for the InvokeFunction operation", message);
    }

    [Fact]
    public async Task Invoke_ClientContext_IsDecodedAndChecked()
    {
        var good = Convert.ToBase64String("""{"client":{}}"""u8);
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Client-Context", good), ("X-Amzn-Trace-Id", "Root=1"))).Succeeds(200);
        Assert.Equal(("""{"client":{}}""", "Root=1"), (_server.Invoker.Last!.ClientContext, _server.Invoker.Last.TraceId));

        var large = Convert.ToBase64String(Encoding.ASCII.GetBytes($"\"{new string('x', Limits.ClientContextBytes)}\""));
        foreach (var bad in new[] { "%%", Convert.ToBase64String("nope"u8), large })
        {
            (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Client-Context", bad))).Fails(400, "InvalidRequestContentException");
        }
    }

    [Theory]
    [InlineData("X-Amz-Invocation-Type", "Sometimes", "invocationType")]
    [InlineData("X-Amz-Log-Type", "Head", "logType")]
    public async Task Invoke_BadHeader_IsValidationException(string name, string value, string member)
        => Assert.Contains(
            $"Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: [",
            (await _server.SendAsync("POST", Path, "{}", (name, value))).Fails(400, "ValidationException"));

    private sealed class Events : IAsyncInvoker
    {
        public List<string> Taken { get; } = [];

        public ValueTask AcceptAsync(IReadOnlyList<InvocationRequest> requests, CancellationToken cancellation)
        {
            Taken.AddRange(requests.Select(one => Encoding.UTF8.GetString(one.Payload.Span)));
            return ValueTask.CompletedTask;
        }
    }
}
