using System.Net.Sockets;
using System.Text;
using Dispatcher.Adapters.Tests.Workers;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.RemoteWorkers.RemoteSetup;

namespace Dispatcher.Adapters.Tests.RemoteWorkers;

/// <summary>Answers of remote workers that go to the caller while they are made, by raw Runtime API.</summary>
public sealed class RemoteStreamTests
{
    private const string Base = "/2018-06-01/runtime/invocation/";

    [Fact]
    public async Task Stream_Parts_ReachTheCallerBeforeTheEnd()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var answer = new CollectedAnswer();
        var call = StreamAsync(setup, plan, answer);
        using var worker = await BeginAsync(setup, plan);
        await SendAsync(worker, "4\r\none \r\n");
        await Eventually.TrueAsync(() => answer.Text == "one ", "the first part is here");
        Assert.False(call.IsCompleted);
        await SendAsync(worker, "3\r\ntwo\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 202", await ReadAsync(worker));
        var outcome = Assert.IsType<InvocationOutcome.Succeeded>(await call);
        Assert.Equal(("one two", 0, "$LATEST"), (answer.Text, outcome.Payload.Length, answer.Version));
    }

    [Theory]
    [InlineData("0\r\nLambda-Runtime-Function-Error-Type: Mid.Way\r\nLambda-Runtime-Function-Error-Body: e30=\r\n\r\n", "Mid.Way")]
    [InlineData("zz\r\n", "Runtime.TruncatedResponse")]
    [InlineData("", "Runtime.TruncatedResponse")] // the connection closes
    public async Task Stream_EndsInTheMiddle_IsAnErrorBehindWhatCame(string ending, string type)
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var answer = new CollectedAnswer();
        var call = StreamAsync(setup, plan, answer);
        using var worker = await BeginAsync(setup, plan);
        await SendAsync(worker, "4\r\nsome\r\n");
        await Eventually.TrueAsync(() => answer.Text == "some", "the first part is here");
        await SendAsync(worker, ending);
        if (ending.Length == 0)
        {
            worker.Close();
        }

        Assert.Equal(type, Assert.IsType<InvocationOutcome.FunctionError>(await call).ErrorType);
    }

    [Fact]
    public async Task Stream_Stalls_TimesOutAndTheRestIsRefused()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync(timeout: 1);
        var answer = new CollectedAnswer();
        var call = StreamAsync(setup, plan, answer);
        using var worker = await BeginAsync(setup, plan);
        await SendAsync(worker, "4\r\nsome\r\n");
        Assert.Equal("Sandbox.Timedout", Assert.IsType<InvocationOutcome.FunctionError>(await call).ErrorType);
        Assert.Equal("", await ReadAsync(worker)); // closed
        Assert.Null(setup.Pools.Find("far:$LATEST")?.Count is { Busy: > 0 } ? "busy" : null);
    }

    [Fact]
    public async Task Stream_CallerTakesNothingAndLeaves_TheWorkerIsFree()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var answer = new CollectedAnswer();
        answer.Close();
        using var leave = new CancellationTokenSource();
        var call = StreamAsync(setup, plan, answer, leave.Token);
        using (var worker = await BeginAsync(setup, plan))
        {
            await SendAsync(worker, "4\r\nsome\r\n");
            await Eventually.TrueAsync(() => answer.Parts == 1, "the first part is offered");
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            Assert.Equal("", await ReadAsync(worker)); // closed
        }

        using var next = setup.Worker(plan);
        var again = setup.InvokeAsync(plan);
        await next.RespondAsync((await next.NextAsync()).Id, "1");
        Assert.IsType<InvocationOutcome.Succeeded>(await again);
    }

    private static Task<InvocationOutcome> StreamAsync(
        RemoteSetup setup, FunctionPlan plan, CollectedAnswer answer, CancellationToken cancellation = default)
        => setup.Runtime.InvokeAsync(plan, Request(plan, "{}") with { Answer = answer }, cancellation).AsTask();

    /// <summary>A worker that has taken an event and begun a streamed answer, as AWS's Node.js client does on a connection of its own.</summary>
    private static async Task<Socket> BeginAsync(RemoteSetup setup, FunctionPlan plan)
    {
        using var poll = setup.Worker(plan, "curl/8");
        var (id, _) = await poll.NextAsync();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(setup.Url.Host, setup.Url.Port, Cancel);
        await SendAsync(socket, $"POST /{setup.Tokens.TokenOf(plan.Config)}{Base}{id}/response HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Lambda-Runtime-Function-Response-Mode: streaming\r\n\r\n");
        return socket;
    }

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancel);

    /// <summary>What comes next; empty where the connection is closed or reset.</summary>
    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[4096];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancel));
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
