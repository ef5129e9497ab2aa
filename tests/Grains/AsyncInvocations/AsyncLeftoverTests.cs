using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.AsyncInvocations;

namespace Dispatcher.Grains.Tests.AsyncInvocations;

/// <summary>Whose events a queue has.</summary>
public sealed class AsyncLeftoverTests : IAsyncDisposable
{
    private readonly AsyncWorld _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task RecreatedFunction_AmidATryOfAnOldEvent_DoesNotGetItsRetry()
    {
        await _world.CreateAsync();
        await _world.SendAsync("\"old\"");
        await _world.SendAsync("\"old too\"");
        var held = (await _world.ReceiveAsync())!;
        Assert.True(await _world.Catalog.Functions.DeleteAsync("f", AsyncWorld.Cancellation));
        await _world.CreateAsync();

        await _world.RunAsync(held);

        Assert.Empty(_world.Function.Calls);
        Assert.Equal(0, await _world.CountAsync());
    }

    [Fact]
    public async Task OldFunction_WithoutACreation_KeepsItsQueue()
    {
        await _world.Catalog.Functions.CreateAsync("old", new FunctionConfig { Name = "old" }, AsyncWorld.Cancellation);
        var put = new QueuePut(Guid.NewGuid(), "{}"u8.ToArray()) { Attributes = new AsyncEvent().Write() };
        await _world.Store.Queues.PutAsync("async:old", [put], AsyncWorld.Cancellation);

        await _world.RunToTheEndAsync("old");

        Assert.Equal(put.Id, Assert.Single(_world.Function.Calls).RequestId);
    }
}
