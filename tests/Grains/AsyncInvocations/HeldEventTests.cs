using System.Reflection;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.AsyncInvocations;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

public sealed class HeldEventTests
{
    [Fact]
    public async Task DuringAsync_WorkEndsWhileTheStoreIsAway_IsItsOutcome()
    {
        await using var world = new AsyncWorld();
        await world.CreateAsync();
        await world.SendAsync();
        var id = Assert.Single(await world.Store.Queues.ListAsync(AsyncQueue.Prefix, AsyncWorld.Cancellation));
        Assert.True(AsyncQueue.TryParse(id, out var queue));
        var message = Assert.Single(await world.Store.Queues.ReceiveAsync(id, new QueueReceive(1, Limits.AsyncHideMs, Fifo: false), AsyncWorld.Cancellation));
        var work = new TaskCompletionSource<string>();
        var held = new HeldEvent(AwayStore.New(() => work.SetResult("done")), queue, message, world.Clock);

        var during = held.DuringAsync(work.Task, AsyncWorld.Cancellation);
        world.Clock.Advance(TimeSpan.FromMilliseconds(Limits.AsyncHideMs / 4));

        Assert.Equal("done", await during);
    }

    /// <summary>A store of queues that fails, after something else has happened.</summary>
    private class AwayStore : DispatchProxy
    {
        private Action _before = () => { };

        public static IQueueStore New(Action before)
        {
            var store = Create<IQueueStore, AwayStore>();
            ((AwayStore)(object)store)._before = before;
            return store;
        }

        protected override object Invoke(MethodInfo? method, object?[]? args)
        {
            Assert.Equal(nameof(IQueueStore.HideAsync), method!.Name);
            _before();
            return ValueTask.FromException<IReadOnlyList<QueueReceiptState>>(new StoreException("away"));
        }
    }
}
