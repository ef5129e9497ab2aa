using System.Buffers;
using System.Net;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Tests.Wire;

namespace Dispatcher.Gateway.Tests.Streaming;

/// <summary>InvokeWithResponseStream on the wire.</summary>
public sealed class ResponseStreamTests : IAsyncLifetime
{
    private const string Path = "/2021-11-15/functions/f/response-streaming-invocations";

    private GatewayServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await GatewayServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Stream_Parts_AreEventsAndComeBeforeTheEnd()
    {
        var go = new TaskCompletionSource();
        _server.Invoker.Streaming = async (request, cancellation) =>
        {
            await WriteAsync(request, "one ", cancellation);
            await go.Task;
            await WriteAsync(request, "two", cancellation);
            return new InvocationOutcome.Succeeded(default) { LogTail = "log"u8.ToArray() };
        };
        using var response = await SendAsync("{}", ("X-Amz-Log-Type", "Tail"));
        Assert.Equal((HttpStatusCode.OK, "application/vnd.amazon.eventstream"), (response.StatusCode, $"{response.Content.Headers.ContentType}"));
        Assert.Equal("7", response.Headers.GetValues("X-Amz-Executed-Version").Single());
        Assert.True(response.Headers.Contains("x-amzn-RequestId"));
        await using var stream = await response.Content.ReadAsStreamAsync();

        var first = (await EventStreamReader.NextAsync(stream))!;
        Assert.Equal(("event", "PayloadChunk", "application/octet-stream", "one "), (first.Headers[":message-type"], first.Type, first.Headers[":content-type"], first.Text));
        go.SetResult();
        Assert.Equal("two", (await EventStreamReader.NextAsync(stream))!.Text);
        var end = (await EventStreamReader.NextAsync(stream))!;
        Assert.Equal(("InvokeComplete", "application/json"), (end.Type, end.Headers[":content-type"]));
        Assert.Equal("""{"LogResult":"bG9n"}""", end.Text);
        Assert.Null(await EventStreamReader.NextAsync(stream));
    }

    [Fact]
    public async Task Stream_CollectedAnswer_IsOneEvent()
    {
        var large = $"\"{new string('x', Limits.SyncPayloadBytes - 2)}\"";
        var events = await EventsAsync(await SendAsync(large));
        Assert.Equal(["PayloadChunk", "InvokeComplete"], events.Select(one => one.Type));
        Assert.Equal((large, "{}"), (events[0].Text, events[1].Text));
    }

    [Theory]
    [InlineData(false, "Unhandled")]
    [InlineData(true, "X")]
    public async Task Stream_FunctionError_IsInTheLastEvent(bool afterAPart, string code)
    {
        _server.Invoker.Streaming = async (request, cancellation) =>
        {
            await (afterAPart ? WriteAsync(request, "some", cancellation) : default);
            return new InvocationOutcome.FunctionError("Unhandled", """{"errorType":"X"}"""u8.ToArray(), "X");
        };
        var events = await EventsAsync(await SendAsync("{}"));
        Assert.Equal(afterAPart ? 2 : 1, events.Count);
        Assert.Equal(code, events[^1].Json.GetProperty("ErrorCode").GetString());
        Assert.Equal("""{"errorType":"X"}""", events[^1].Json.GetProperty("ErrorDetails").GetString());
    }

    [Fact]
    public async Task Stream_CouldNotRun_IsToldByStatusOrInTheLastEvent()
    {
        _server.Invoker.Streaming = (_, _) => ValueTask.FromResult<InvocationOutcome>(new InvocationOutcome.Throttled("CallerRateLimitExceeded", TimeSpan.FromSeconds(1)));
        (await _server.SendAsync("POST", Path, "{}")).Fails(429, "TooManyRequestsException");

        var failed = new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, "lost"));
        _server.Invoker.Streaming = (_, _) => ValueTask.FromResult<InvocationOutcome>(failed);
        Assert.Equal("lost", (await _server.SendAsync("POST", Path, "{}")).Fails(500, "ServiceException"));

        _server.Invoker.Streaming = async (request, cancellation) =>
        {
            await WriteAsync(request, "some", cancellation);
            return failed;
        };
        var end = (await EventsAsync(await SendAsync("{}")))[^1].Json;
        Assert.Equal(("ServiceException", "lost"), (end.GetProperty("ErrorCode").GetString(), end.GetProperty("ErrorDetails").GetString()));
    }

    [Fact]
    public async Task Stream_BadInput_IsRefusedAsByInvoke()
    {
        (await _server.SendAsync("POST", Path, "{")).Fails(400, "InvalidRequestContentException");
        var large = $"\"{new string('x', Limits.SyncPayloadBytes)}\"";
        Assert.Equal(
            "Request must be smaller than 6291456 bytes for the InvokeWithResponseStream operation",
            (await _server.SendAsync("POST", Path, large)).Fails(413, "RequestTooLargeException"));
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Invocation-Type", "Event"))).Fails(400, "ValidationException");
        (await _server.SendAsync("POST", Path, "{}", ("X-Amz-Invocation-Type", "DryRun"))).Succeeds(204);
        Assert.Null(_server.Invoker.Last);
    }

    [Fact]
    public async Task Stream_SlowCaller_SlowsTheFunctionAndNothingIsLost()
    {
        var sent = 0L;
        _server.Invoker.Streaming = async (request, cancellation) =>
        {
            var part = new string('x', 1_000_000);
            for (var i = 0; i < 50; i++)
            {
                await WriteAsync(request, part, cancellation);
                Interlocked.Add(ref sent, part.Length);
            }

            return new InvocationOutcome.Succeeded(default);
        };
        using var response = await SendAsync("{}");
        await using var stream = await response.Content.ReadAsStreamAsync();
        var received = 0L;
        long ahead = 0;
        while (await EventStreamReader.NextAsync(stream) is { Type: "PayloadChunk" } chunk)
        {
            received += chunk.Payload.Length;
            ahead = Math.Max(ahead, Interlocked.Read(ref sent) - received);
        }

        Assert.Equal(50_000_000, received);
        Assert.InRange(ahead, 0, 20_000_000); // what the sockets of both sides hold
    }

    [Fact]
    public async Task Stream_TimeoutWhileTheCallerDoesNotRead_LeavesTheStreamWhole()
    {
        _server.Invoker.Streaming = async (request, _) =>
        {
            using var timeout = new CancellationTokenSource();
            var part = new string('x', 1_000_000);
            try
            {
                for (var i = 0; ; i++)
                {
                    timeout.CancelAfter(i < 20 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero);
                    await WriteAsync(request, part, timeout.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return new InvocationOutcome.FunctionError("Unhandled", "{}"u8.ToArray(), "Sandbox.Timedout");
            }
        };
        using var response = await SendAsync("{}");
        var events = await EventsAsync(response);
        Assert.True(events.Count > 20);
        Assert.Equal("Sandbox.Timedout", events[^1].Json.GetProperty("ErrorCode").GetString());
    }

    [Fact]
    public async Task Stream_CallerGoesAway_FunctionRunsToItsEnd()
    {
        var gone = new TaskCompletionSource();
        var ended = new TaskCompletionSource<bool>();
        _server.Invoker.Streaming = async (request, cancellation) =>
        {
            await WriteAsync(request, "some", cancellation);
            await gone.Task;
            for (var i = 0; i < 100; i++)
            {
                await WriteAsync(request, new string('x', 1_000_000), cancellation);
            }

            ended.SetResult(cancellation.IsCancellationRequested);
            return new InvocationOutcome.Succeeded(default);
        };
        var response = await SendAsync("{}");
        response.Dispose();
        gone.SetResult();
        Assert.False(await ended.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static ValueTask WriteAsync(InvocationRequest request, string part, CancellationToken cancellation)
        => request.Answer!.WriteAsync("7", new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(part)), cancellation);

    private static async Task<List<StreamedEvent>> EventsAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await using var stream = await response.Content.ReadAsStreamAsync();
            var events = new List<StreamedEvent>();
            while (await EventStreamReader.NextAsync(stream) is { } one)
            {
                events.Add(one);
            }

            return events;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
