using Dispatcher.Contracts;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.AsyncInvocations;
using Dispatcher.Testing;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>The queues of several functions, and of functions that are gone.</summary>
public sealed class AsyncQueuesTests : IAsyncDisposable
{
    private readonly AsyncWorld _world = new(loops: true);

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task NoisyFunction_WithALongQueueOfSlowEvents_DoesNotDelayOthers()
    {
        await _world.CreateAsync("noisy");
        await _world.CreateAsync("quiet");
        _world.Function.Script = call => call.Function.Name == "noisy" ? _world.Function.HangAsync() : Task.FromResult(ScriptedFunction.Succeeded);
        for (var i = 0; i < 10 * Limits.AsyncEventsInFlight; i++)
        {
            await _world.SendAsync(function: "noisy");
        }

        await Eventually.TrueAsync(() => Called("noisy") == Limits.AsyncEventsInFlight, "the noisy function has all that it may have");
        for (var i = 0; i < 10; i++)
        {
            await _world.SendAsync(function: "quiet");
        }

        await Eventually.EqualAsync(0, () => _world.CountAsync("quiet"));
        Assert.Equal(10, Called("quiet"));
        Assert.Equal(Limits.AsyncEventsInFlight, Called("noisy"));
    }

    [Fact]
    public async Task EventsOfAnotherProcess_AreFoundByLooking()
    {
        await _world.CreateAsync();
        await _world.Loops.StartAsync(AsyncWorld.Cancellation);
        await _world.Clock.WaitedForAsync(TimeSpan.FromMilliseconds(Limits.AsyncLookMs));

        var function = (await _world.Catalog.Functions.FindAsync("f", AsyncWorld.Cancellation))!.Value;
        var put = new QueuePut(Guid.NewGuid(), "{}"u8.ToArray()) { Attributes = new AsyncEvent().Write() };
        await _world.Store.Queues.PutAsync(AsyncQueue.Of(function).Id, [put], AsyncWorld.Cancellation);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(Limits.AsyncLookMs));

        await Eventually.EqualAsync(0, () => _world.CountAsync());
        Assert.Equal(put.Id, Assert.Single(_world.Function.Calls).RequestId);
    }

    [Fact]
    public async Task FunctionMadeAnew_GetsTheEventsThatComeThen_AsSoonAsItsChangeIsTold()
    {
        await FillAnewAsync();
        await _world.Notices.FunctionChangedAsync("f", AsyncWorld.Cancellation);

        await DemandNextEventInNewQueueAsync();
    }

    [Fact]
    public async Task FunctionMadeAnew_ItsChangeIsNotTold_GetsTheEventsThatComeAWhileLater()
    {
        await FillAnewAsync();
        _world.Clock.Advance(TimeSpan.FromMilliseconds(Limits.AsyncQueueKnownMs));

        await DemandNextEventInNewQueueAsync();
    }

    [Fact]
    public async Task DeletedFunction_EventsAreRemoved_TheWaitingOnesToo()
    {
        await _world.CreateAsync();
        await _world.Loops.StartAsync(AsyncWorld.Cancellation);
        _world.Function.Always(ScriptedFunction.Error);
        await _world.SendAsync();
        await _world.SendAsync();
        await Eventually.TrueAsync(() => _world.Function.Calls.Count == 2, "both have failed and wait");

        await DeleteAsync();
        await _world.Notices.FunctionChangedAsync("f", AsyncWorld.Cancellation);

        await Eventually.EqualAsync(0, () => _world.CountAsync());
        Assert.Equal(2, _world.Function.Calls.Count);
        Assert.Empty(_world.Destination.Received);
    }

    [Fact]
    public async Task DeletedFunction_ServerDiedBeforeItHeard_EventsAreRemovedAtTheNextStart()
    {
        await LeaveEventAsync();

        await _world.Loops.StartAsync(AsyncWorld.Cancellation);

        await Eventually.EqualAsync(0, () => _world.CountAsync());
        Assert.Empty(_world.Function.Calls);
    }

    [Fact]
    public async Task RecreatedFunction_NeverGetsTheEventsOfTheOldOne()
    {
        await LeaveEventAsync();
        await _world.CreateAsync();

        await _world.Loops.StartAsync(AsyncWorld.Cancellation);
        var id = await _world.SendAsync("\"new\"");

        await Eventually.EqualAsync(0, () => _world.CountAsync());
        Assert.Equal(id, Assert.Single(_world.Function.Calls).RequestId);
    }

    /// <summary>An event of a function that was deleted without anybody here hearing of it.</summary>
    private async Task LeaveEventAsync()
    {
        await _world.CreateAsync();
        var function = (await _world.Catalog.Functions.FindAsync("f", AsyncWorld.Cancellation))!.Value;
        var put = new QueuePut(Guid.NewGuid(), "\"old\""u8.ToArray()) { Attributes = new AsyncEvent().Write() };
        await _world.Store.Queues.PutAsync(AsyncQueue.Of(function).Id, [put], AsyncWorld.Cancellation);
        await DeleteAsync();
    }

    private async Task DeleteAsync() => Assert.True(await _world.Catalog.Functions.DeleteAsync("f", AsyncWorld.Cancellation));

    private int Called(string function) => _world.Function.Calls.Count(call => call.Function.Name == function);

    /// <summary>An event is sent to a function; another one is then made under its name, and nothing works on its events.</summary>
    private async Task FillAnewAsync()
    {
        await _world.Loops.StopAsync(AsyncWorld.Cancellation);
        await _world.CreateAsync();
        await _world.SendAsync();
        await _world.Catalog.Functions.DeleteAsync("f", AsyncWorld.Cancellation);
        await _world.CreateAsync();
    }

    private async Task DemandNextEventInNewQueueAsync()
    {
        await _world.SendAsync();

        var function = (await _world.Catalog.Functions.FindAsync("f", AsyncWorld.Cancellation))!.Value;
        Assert.Equal(1, (await _world.Store.Queues.CountAsync(AsyncQueue.Of(function).Id, AsyncWorld.Cancellation)).Visible);
    }
}
