using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>When an event is tried again, and when no more.</summary>
public sealed class AsyncRetryTests : IAsyncDisposable
{
    private readonly AsyncWorld _world = new();
    private readonly List<int> _seconds = [];

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task FunctionError_Always_IsTriedAfterOneAndTwoMinutesAndGivenUp()
    {
        await StartAsync(ScriptedFunction.Error);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });

        await _world.RunToTheEndAsync();

        Assert.Equal([0, 60, 180], _seconds);
        Assert.Equal(("RetriesExhausted", 3), Ended());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public async Task FunctionError_FewerAttempts_AreKept(int retries, int calls)
    {
        await StartAsync(ScriptedFunction.Error);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", MaximumRetryAttempts = retries, OnFailure = "somewhere" });

        await _world.RunToTheEndAsync();

        Assert.Equal(("RetriesExhausted", calls), Ended());
    }

    [Fact]
    public async Task FunctionError_ThenSuccess_IsDone()
    {
        await StartAsync(ScriptedFunction.Error);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnSuccess = "somewhere", OnFailure = "elsewhere" });
        Assert.True(await _world.StepAsync());
        _world.Function.Always(ScriptedFunction.Succeeded);

        await _world.RunToTheEndAsync();

        Assert.Equal(("Success", 2), Ended());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ThrottleOrSystemError_Always_BacksOffFromOneSecondToFiveMinutesWithoutAttempts(bool throttle)
    {
        await StartAsync(throttle ? ScriptedFunction.Throttled : ScriptedFunction.Broken);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", MaximumEventAgeSeconds = 1_500, OnFailure = "somewhere" });

        await _world.RunToTheEndAsync();

        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 812, 1_112, 1_412], _seconds);
        Assert.Equal(("EventAgeExceeded", 0), Ended());
    }

    [Fact]
    public async Task Throttles_BeforeErrors_LeaveAllAttempts()
    {
        await StartAsync(ScriptedFunction.Throttled);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });
        for (var throttles = 0; throttles < 5;)
        {
            throttles += await _world.StepAsync() ? 1 : 0;
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Record(ScriptedFunction.Error);
        await _world.RunToTheEndAsync();

        Assert.Equal(("RetriesExhausted", 3), Ended());
    }

    [Fact]
    public async Task Age_NextTryWouldBeTooLate_EndsAtOnce()
    {
        await StartAsync(ScriptedFunction.Error);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", MaximumEventAgeSeconds = 60, OnFailure = "somewhere" });

        Assert.True(await _world.StepAsync());

        Assert.Equal(("EventAgeExceeded", 1), Ended());
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task Age_PassedWhileItWaited_IsNotCalled()
    {
        await StartAsync(ScriptedFunction.Succeeded);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });
        _world.Clock.Advance(TimeSpan.FromSeconds(Limits.AsyncEventAgeSeconds));

        Assert.True(await _world.StepAsync());

        Assert.Equal(("EventAgeExceeded", 0), Ended());
        Assert.Empty(_seconds);
    }

    [Fact]
    public async Task TurnedOff_ByReservedConcurrencyZero_EndsAtOnceWithoutAttempts()
    {
        await StartAsync(ScriptedFunction.TurnedOff);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });

        Assert.True(await _world.StepAsync());

        Assert.Equal(("ZeroReservedConcurrency", 0), Ended());
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task Settings_AreThoseOfTheQualifierThatWasInvoked()
    {
        await StartAsync(ScriptedFunction.Error, send: false);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", MaximumRetryAttempts = 0, OnFailure = "latest" });
        await _world.SetAsync(new EventInvokeConfig { Function = "f", Qualifier = "live", MaximumRetryAttempts = 1, OnFailure = "alias" });
        await _world.SetAsync(new EventInvokeConfig { Function = "f", Qualifier = "1", OnFailure = "version" });

        foreach (var (qualifier, calls) in ((string?, int)[])[(null, 1), ("$LATEST", 1), ("live", 2), ("1", 3), ("other", 3)])
        {
            await _world.SendAsync(qualifier: qualifier);
            await _world.RunToTheEndAsync();
            Assert.Equal(calls, _world.Function.Calls.Count(call => call.Function.Qualifier == qualifier));
        }

        Assert.Equal(
            ["f:$LATEST", "f:$LATEST", "f:live", "f:1"],
            _world.Destination.Received.Select(one => one.GetProperty("requestContext").GetProperty("functionArn").GetString()!.Split("function:")[1]));
    }

    [Fact]
    public async Task Crash_AmidATry_UsesItUpAndTheEventComesAgain()
    {
        await StartAsync(ScriptedFunction.Error);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });
        using var crash = new CancellationTokenSource();
        _world.Function.Script = _ => _world.Function.HangAsync();
        var running = _world.RunAsync((await _world.ReceiveAsync())!, crash.Token);
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.False(await _world.StepAsync());
        _world.Clock.Advance(TimeSpan.FromMilliseconds(Limits.AsyncHideMs));
        Record(ScriptedFunction.Error);
        await _world.RunToTheEndAsync();

        Assert.Equal(("RetriesExhausted", 3), Ended());
        Assert.Equal(2, _seconds.Count);
    }

    [Fact]
    public async Task LongCall_IsKeptHiddenFromOthers()
    {
        await StartAsync(ScriptedFunction.Succeeded);
        var end = new TaskCompletionSource<InvocationOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _world.Function.Script = _ => end.Task;
        var running = _world.RunAsync((await _world.ReceiveAsync())!, AsyncWorld.Cancellation);
        var renewal = TimeSpan.FromMilliseconds(Limits.AsyncHideMs / 4);
        for (var i = 0; i < 12; i++)
        {
            await _world.Clock.WaitedForAsync(renewal);
            _world.Clock.Advance(renewal);
            Assert.Null(await _world.ReceiveAsync());
        }

        end.SetResult(ScriptedFunction.Succeeded);
        await running;

        Assert.Single(_world.Function.Calls);
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task Recursion_AfterSixteenHops_IsNotRunAndGoesToTheDestination()
    {
        await StartAsync(ScriptedFunction.Succeeded, send: false);
        await _world.SetAsync(new EventInvokeConfig { Function = "f", OnFailure = "somewhere" });
        string? trace = null;
        for (var hop = 0; hop < Limits.AsyncHops; hop++)
        {
            await _world.SendAsync(trace: trace);
            await _world.RunToTheEndAsync();
            trace = _world.Function.Calls.Last().TraceId;
        }

        await _world.SendAsync(trace: trace);
        await _world.RunToTheEndAsync();

        Assert.Equal(Limits.AsyncHops, _world.Function.Calls.Count);
        Assert.Equal(("LoopDetected", 0), Ended());
        Assert.Equal(0, await _world.CountAsync());
        await _world.SendAsync();
    }

    [Fact]
    public async Task Recursion_FunctionThatGetsTheRecordOfAStoppedEvent_RunsAndSendsNothingOn()
    {
        await StartAsync(ScriptedFunction.Succeeded, send: false);
        await _world.SendAsync(trace: $"Root=1-0-0;Lineage=1:a:{Limits.AsyncHops + 1}");
        await _world.RunToTheEndAsync();

        var onward = Assert.Single(_world.Function.Calls).TraceId;
        var refusal = await Assert.ThrowsAsync<ServiceException>(() => _world.SendAsync(trace: onward));

        Assert.Equal("RecursiveInvocationException", refusal.TypeName);
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task Accept_OneOfManyIsRefused_TakesNone()
    {
        await StartAsync(ScriptedFunction.Succeeded, send: false);
        await _world.CreateAsync("g");
        var good = new InvocationRequest(new FunctionRef("f"), Guid.NewGuid(), "{}"u8.ToArray());
        InvocationRequest[] bad =
        [
            good with { Function = new FunctionRef("nowhere") },
            good with { Payload = new byte[Limits.AsyncPayloadBytes + 1] },
            good with { TraceId = $"Root=1-0-0;Lineage=1:a:{Limits.AsyncHops + 2}" },
        ];

        foreach (var one in bad)
        {
            await Assert.ThrowsAsync<ServiceException>(() => _world.SendAsync(good, one, good with { Function = new FunctionRef("g") }).AsTask());
        }

        Assert.Equal((0, 0), (await _world.CountAsync(), await _world.CountAsync("g")));
        await _world.SendAsync(good, good with { Function = new FunctionRef("g") });
        Assert.Equal((1, 1), (await _world.CountAsync(), await _world.CountAsync("g")));
    }

    private async Task StartAsync(InvocationOutcome outcome, bool send = true)
    {
        await _world.CreateAsync();
        await _world.Catalog.Aliases.CreateAsync(
            AliasConfig.Key("f", "live"), new AliasConfig { FunctionName = "f", Name = "live", FunctionVersion = "1" }, AsyncWorld.Cancellation);
        if (send)
        {
            await _world.SendAsync();
        }

        Record(outcome);
    }

    private void Record(InvocationOutcome outcome)
    {
        var start = _world.Clock.GetUtcNow();
        _world.Function.Script = _ =>
        {
            _seconds.Add((int)(_world.Clock.GetUtcNow() - start).TotalSeconds);
            return Task.FromResult(outcome);
        };
    }

    private (string? Condition, int Count) Ended()
    {
        var context = Assert.Single(_world.Destination.Received).GetProperty("requestContext");
        return (context.GetProperty("condition").GetString(), context.GetProperty("approximateInvokeCount").GetInt32());
    }
}
