using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Testing;
using static Dispatcher.Adapters.Tests.RemoteWorkers.RemoteSetup;

namespace Dispatcher.Adapters.Tests.RemoteWorkers;

/// <summary>Remote workers: how they show who they are, get events, answer, are late and die.</summary>
public sealed class RemoteWorkerTests
{
    [Theory]
    [InlineData("host")]
    [InlineData("path")]
    [InlineData("header")]
    public async Task Next_TokenInEveryPlace_GetsTheEvent(string place)
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var token = setup.Tokens.TokenOf(plan.Config);
        using var worker = new RemoteClient(
            setup.Url, place == "host" ? $"{token.ToUpperInvariant()}.workers.example:9001" : null, path: place == "path" ? $"/{token}" : "");
        if (place == "header")
        {
            worker.Headers["Authorization"] = $"Bearer {token}";
        }

        var call = setup.InvokeAsync(plan, """{"n":1}""");
        var (id, payload) = await worker.NextAsync();
        Assert.Equal("""{"n":1}""", payload);
        Assert.Equal(HttpStatusCode.Accepted, await worker.RespondAsync(id, "\"done\""));
        var outcome = Assert.IsType<InvocationOutcome.Succeeded>(await call);
        Assert.Equal("\"done\"", Encoding.UTF8.GetString(outcome.Payload.Span));
        Assert.Matches($@"^START RequestId: {id} Version: \$LATEST\nEND RequestId: {id}\nREPORT RequestId: {id}\tDuration: [\d.]+ ms\t", Encoding.UTF8.GetString(outcome.LogTail.Span));
    }

    [Fact]
    public async Task Next_WrongToken_IsForbiddenAndOthersEventsAreOutOfReach()
    {
        await using var setup = await StartAsync();
        var (mine, other) = (await setup.FunctionAsync(), await setup.FunctionAsync("other"));
        foreach (var host in new[] { null, "x.example", $"{new string('a', 32)}.example" })
        {
            using var stranger = new RemoteClient(setup.Url, host);
            Assert.Equal(HttpStatusCode.Forbidden, await stranger.StatusAsync(HttpMethod.Get, "invocation/next"));
            Assert.Equal(HttpStatusCode.Forbidden, await stranger.StatusAsync(HttpMethod.Post, "init/error", "{}"));
        }

        using var worker = setup.Worker(mine);
        using var thief = setup.Worker(other);
        var call = setup.InvokeAsync(mine);
        var (id, _) = await worker.NextAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await thief.RespondAsync(id, "\"stolen\""));
        Assert.Equal(HttpStatusCode.Accepted, await worker.RespondAsync(id, "1"));
        Assert.IsType<InvocationOutcome.Succeeded>(await call);
        Assert.Equal(HttpStatusCode.BadRequest, await worker.RespondAsync(id, "2"));
    }

    [Fact]
    public async Task Next_FunctionMadeLaterAndDeleted_TokenIsGoodMeanwhile()
    {
        await using var setup = await StartAsync();
        using var stranger = new RemoteClient(setup.Url, $"{new string('b', 32)}.example");
        Assert.Equal(HttpStatusCode.Forbidden, await stranger.StatusAsync(HttpMethod.Get, "invocation/next"));
        var plan = await setup.FunctionAsync();
        using var worker = setup.Worker(plan);
        Assert.Equal(HttpStatusCode.BadRequest, await worker.RespondAsync("none", "1"));
        await setup.DeleteAsync("far");
        Assert.Equal(HttpStatusCode.Forbidden, await worker.RespondAsync("none", "1"));
    }

    [Fact]
    public async Task Invoke_NoWorkerInTime_IsThrottled()
    {
        await using var setup = await StartAsync(config => config.WaitSeconds = 0);
        Assert.IsType<InvocationOutcome.Throttled>(await setup.InvokeAsync(await setup.FunctionAsync()));
    }

    [Fact]
    public async Task Invoke_AnswerIsLate_TimesOutAndTheAnswerIsRefused()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync(timeout: 1);
        using var worker = setup.Worker(plan);
        var call = setup.InvokeAsync(plan);
        var (id, _) = await worker.NextAsync();
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await call);
        Assert.Equal("Sandbox.Timedout", error.ErrorType);
        Assert.Contains("Status: timeout", Encoding.UTF8.GetString(error.LogTail.Span));
        Assert.Equal((0, 0), setup.Pools.Find("far:$LATEST")?.Count ?? (0, 0));
        Assert.Equal(HttpStatusCode.BadRequest, await worker.RespondAsync(id, "1"));

        var again = setup.InvokeAsync(plan);
        (id, _) = await worker.NextAsync();
        await worker.RespondAsync(id, "2");
        Assert.IsType<InvocationOutcome.Succeeded>(await again);
    }

    [Fact]
    public async Task Invoke_WorkerDoesNotReadItsEvent_TimesOut()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync(timeout: 1);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(setup.Url.Host, setup.Url.Port, Cancel);
        var request = $"GET /{setup.Tokens.TokenOf(plan.Config)}/2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
        var error = Assert.IsType<InvocationOutcome.FunctionError>(await setup.InvokeAsync(plan, $"\"{new string('x', 6_000_000)}\""));
        Assert.Equal("Sandbox.Timedout", error.ErrorType);
    }

    [Theory]
    [InlineData("aws-lambda-go/1.22")]
    [InlineData("AWS_Lambda_Cpp/0.2.8")]
    public async Task Invoke_ConnectionOfAnAwsClientCloses_IsExitError(string agent)
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var call = setup.InvokeAsync(plan);
        using (var worker = setup.Worker(plan, agent))
        {
            await worker.NextAsync();
        }

        var error = Assert.IsType<InvocationOutcome.FunctionError>(await call);
        Assert.Equal("Runtime.ExitError", error.ErrorType);
    }

    [Fact]
    public async Task Invoke_ConnectionOfAnotherClientCloses_TheAnswerOnTheNextOneCounts()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var call = setup.InvokeAsync(plan);
        string id;
        using (var first = setup.Worker(plan, "curl/8"))
        {
            (id, _) = await first.NextAsync();
        }

        using var second = setup.Worker(plan, "curl/8");
        Assert.Equal(HttpStatusCode.Accepted, await second.RespondAsync(id, "1"));
        Assert.IsType<InvocationOutcome.Succeeded>(await call);
    }

    [Fact]
    public async Task Next_WorkerWithANameAsksAgain_ItsLastEventIsLost()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        var call = setup.InvokeAsync(plan);
        using var before = setup.Worker(plan, "curl/8");
        before.Headers["Dispatcher-Worker"] = "pod-1";
        await before.NextAsync();
        using var after = setup.Worker(plan, "curl/8");
        after.Headers["Dispatcher-Worker"] = "pod-1";
        var next = after.NextAsync();
        Assert.Equal("Runtime.ExitError", Assert.IsType<InvocationOutcome.FunctionError>(await call).ErrorType);
        var again = setup.InvokeAsync(plan);
        await after.RespondAsync((await next).Id, "1");
        Assert.IsType<InvocationOutcome.Succeeded>(await again);
    }

    [Fact]
    public async Task Next_WorkerGoesWhileItWaits_AnotherOneGetsTheEvent()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using (var gone = setup.Worker(plan))
        {
            _ = gone.NextAsync();
            await Eventually.TrueAsync(() => setup.Pools.Find("far:$LATEST")?.Count.Waiting == 1, "the worker waits");
        }

        await Eventually.TrueAsync(() => setup.Pools.Find("far:$LATEST") is null, "the worker is gone");
        var call = setup.InvokeAsync(plan);
        using var worker = setup.Worker(plan);
        await worker.RespondAsync((await worker.NextAsync()).Id, "1");
        Assert.IsType<InvocationOutcome.Succeeded>(await call);
    }

    [Fact]
    public async Task Next_MoreWorkersThanAllowed_AreRefused()
    {
        await using var setup = await StartAsync(config => config.MaximumPerFunction = 1);
        var plan = await setup.FunctionAsync();
        using var first = setup.Worker(plan);
        using var second = setup.Worker(plan);
        var next = first.NextAsync();
        await Eventually.TrueAsync(() => setup.Pools.Find("far:$LATEST")?.Count.Waiting == 1, "the worker waits");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await second.StatusAsync(HttpMethod.Get, "invocation/next"));
        var call = setup.InvokeAsync(plan);
        await first.RespondAsync((await next).Id, "1");
        Assert.IsType<InvocationOutcome.Succeeded>(await call);
    }

    [Fact]
    public async Task Invoke_Cancelled_ThrowsAndTheAnswerIsRefused()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using var worker = setup.Worker(plan);
        using var cancellation = new CancellationTokenSource();
        var call = setup.InvokeAsync(plan, cancellation: cancellation.Token);
        var (id, _) = await worker.NextAsync();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(HttpStatusCode.BadRequest, await worker.RespondAsync(id, "1"));
    }

    [Fact]
    public async Task Error_OfTheFunctionAndOfItsStart_AreTaken()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using var worker = setup.Worker(plan);
        Assert.Equal(HttpStatusCode.Accepted, await worker.StatusAsync(HttpMethod.Post, "init/error", """{"errorType":"X"}"""));
        var call = setup.InvokeAsync(plan);
        var (id, _) = await worker.NextAsync();
        Assert.Equal(HttpStatusCode.Accepted, await worker.StatusAsync(
            HttpMethod.Post, $"invocation/{id}/error", """{"errorMessage":"no","errorType":"Bad"}"""));
        Assert.Equal("Bad", Assert.IsType<InvocationOutcome.FunctionError>(await call).ErrorType);
    }

    [Fact]
    public async Task InitError_NobodyElseRuns_FailsAllWhoWait()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using var worker = setup.Worker(plan);
        Task<InvocationOutcome>[] calls = [setup.InvokeAsync(plan), setup.InvokeAsync(plan)];
        Assert.Equal(HttpStatusCode.Accepted, await worker.StatusAsync(
            HttpMethod.Post, "init/error", """{"errorMessage":"no module","errorType":"Runtime.ImportModuleError"}"""));
        foreach (var outcome in await Task.WhenAll(calls))
        {
            var error = Assert.IsType<InvocationOutcome.FunctionError>(outcome);
            Assert.Equal(("Runtime.ImportModuleError", "$LATEST"), (error.ErrorType, error.ExecutedVersion));
            Assert.Contains("no module", Encoding.UTF8.GetString(error.Payload.Span));
        }
    }

    [Fact]
    public async Task InitError_AnotherWorkerRunsAnEvent_WhoWaitsIsForThatOne()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using var good = setup.Worker(plan);
        using var bad = setup.Worker(plan);
        var first = setup.InvokeAsync(plan);
        var (id, _) = await good.NextAsync();
        var second = setup.InvokeAsync(plan);
        Assert.Equal(HttpStatusCode.Accepted, await bad.StatusAsync(HttpMethod.Post, "init/error", "{}"));
        await good.RespondAsync(id, "1");
        await good.RespondAsync((await good.NextAsync()).Id, "2");
        Assert.All(await Task.WhenAll(first, second), outcome => Assert.IsType<InvocationOutcome.Succeeded>(outcome));
    }

    [Fact]
    public async Task Pools_NobodyIsWithThem_AreGone()
    {
        await using var setup = await StartAsync(config => config.WaitSeconds = 0);
        for (var i = 0; i < 3; i++)
        {
            var plan = await setup.FunctionAsync($"far-{i}");
            Assert.IsType<InvocationOutcome.Throttled>(await setup.InvokeAsync(plan));
            Assert.Equal(0, setup.Runtime.IdleOf(plan)?.Count);
            using var worker = setup.Worker(plan);
            var next = worker.NextAsync();
            await Eventually.TrueAsync(() => setup.Pools.Find($"far-{i}:$LATEST")?.Count.Waiting == 1, "the worker waits");
            var call = setup.InvokeAsync(plan);
            await worker.RespondAsync((await next).Id, "1");
            Assert.IsType<InvocationOutcome.Succeeded>(await call);
            await Eventually.TrueAsync(() => setup.Pools.Find($"far-{i}:$LATEST") is null, "the pool is gone");
        }
    }

    [Fact]
    public async Task Retire_FunctionIsDeleted_SendsItsWorkersAwayAndNotThoseOfAChangedOne()
    {
        await using var setup = await StartAsync();
        var plan = await setup.FunctionAsync();
        using var worker = setup.Worker(plan);
        var next = worker.NextAsync();
        await Eventually.TrueAsync(() => setup.Pools.Find("far:$LATEST")?.Count.Waiting == 1, "the worker waits");
        await setup.Runtime.RetireAsync(plan, Cancel);
        Assert.Equal(1, setup.Pools.Find("far:$LATEST")?.Count.Waiting);
        await setup.DeleteAsync("far");
        await setup.Runtime.RetireAsync(plan, Cancel);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => next);
        await Eventually.TrueAsync(() => setup.Pools.Find("far:$LATEST") is null, "the pool is gone");
    }

    [Fact]
    public async Task Token_IsALabelOfAHostNameAndOneForEachVersionAndKey()
    {
        await using var setup = await StartAsync();
        await using var other = await StartAsync(config => config.Key = new SecretConfig { Value = "another key of tests" });
        await using var rotated = await StartAsync(config => (config.OldKey, config.Key) = (config.Key, new SecretConfig { Value = "another key of tests" }));
        var (latest, numbered) = (await setup.FunctionAsync(), await setup.FunctionAsync(version: "1"));
        string[] tokens = [setup.Tokens.TokenOf(latest.Config), setup.Tokens.TokenOf(numbered.Config), other.Tokens.TokenOf(latest.Config)];
        Assert.All(tokens, token => Assert.Matches("^[a-z2-7]{32}$", token));
        Assert.Equal(3, tokens.Distinct().Count());
        Assert.Equal(tokens[2], rotated.Tokens.TokenOf(latest.Config));
        Assert.Equal([tokens[2], tokens[0]], rotated.Tokens.Accepted(latest.Config));
        Assert.Throws<ServiceException>(() => setup.Tokens.TokenOf(latest.Config with { ImageUri = "http://here" }));
    }

    [Theory]
    [InlineData("Image", "registry.example/fn:1", true)]
    [InlineData("Image", "HTTP://127.0.0.1/", false)]
    [InlineData("Image", "in-process://x", false)]
    [InlineData("Zip", null, false)]
    public async Task Handles_ImagesThatNothingElseRuns(string package, string? uri, bool handled)
    {
        await using var setup = await StartAsync();
        var config = new Contracts.Functions.FunctionConfig { Name = "f", PackageType = package, ImageUri = uri };
        Assert.Equal(handled, setup.Runtime.Handles(config));
    }
}
