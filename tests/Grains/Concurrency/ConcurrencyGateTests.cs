using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing;

namespace Dispatcher.Grains.Tests.Concurrency;

public sealed class ConcurrencyGateTests
{
    [Fact]
    public async Task SetMaximum_Larger_LetsWaitingInAtOnceAndInOrder()
    {
        var gate = new ConcurrencyGate();
        gate.SetMaximum(1, 1);
        await gate.EnterAsync(CancellationToken.None);
        var second = gate.EnterAsync(CancellationToken.None).AsTask();
        var third = gate.EnterAsync(CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        gate.SetMaximum(2, 2);
        await second;
        Assert.False(third.IsCompleted);
        gate.SetMaximum(null, 1);
        Assert.Equal((2, 1), (gate.Inside, gate.Waiting));
        gate.SetMaximum(null, 3);
        await third;
    }

    [Fact]
    public async Task SetMaximum_Smaller_LetsNobodyInUntilEnoughHaveLeft()
    {
        var gate = new ConcurrencyGate();
        await gate.EnterAsync(CancellationToken.None);
        await gate.EnterAsync(CancellationToken.None);
        gate.SetMaximum(1, 1);
        var third = gate.EnterAsync(CancellationToken.None).AsTask();

        gate.Leave();
        Assert.False(third.IsCompleted);
        gate.Leave();
        await third;
        Assert.Equal(1, gate.Inside);
    }

    [Fact]
    public async Task Enter_Cancelled_LeavesItsPlaceToTheNext()
    {
        var gate = new ConcurrencyGate();
        gate.SetMaximum(1, 1);
        await gate.EnterAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var second = gate.EnterAsync(stop.Token).AsTask();
        var third = gate.EnterAsync(CancellationToken.None).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Leave();
        await third;
        gate.Leave();
        Assert.Equal((0, 0), (gate.Inside, gate.Waiting));
    }

    [Fact]
    public async Task MaximumConcurrency_ManyShards_NeverRunsMoreBatchesAndActsAtOnce()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        for (var i = 0; i < 6; i++)
        {
            world.Source.Add($"s-{i}").Put("a=1");
        }

        var id = await world.CreateAsync(m => m with { MaximumConcurrency = 2 });
        List<FakeFunction.Call> running = [await world.Function.NextAsync(), await world.Function.NextAsync()];
        await Eventually.TrueAsync(
            async () => (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Count(s => s.InFlight == 1) == 6, "all shards have a batch");
        Assert.Equal(0, world.Function.Waiting);

        running[0].Succeed();
        running[0] = await world.Function.NextAsync();
        Assert.Equal(0, world.Function.Waiting);

        await world.ChangeAsync(id, m => m with { MaximumConcurrency = 4 });
        running.AddRange([await world.Function.NextAsync(), await world.Function.NextAsync()]);
        Assert.Equal(0, world.Function.Waiting);
        running.ForEach(call => call.Succeed());
        (await world.Function.NextAsync()).Succeed();
        for (var i = 0; i < 6; i++)
        {
            await world.UntilCheckpointAsync(id, $"s-{i}", 1);
        }
    }

    [Fact]
    public async Task Disable_WhileBatchesWaitForTheMaximum_WaitsOnlyForThoseThatRun()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        for (var i = 0; i < 3; i++)
        {
            world.Source.Add($"s-{i}").Put("a=1");
        }

        var id = await world.CreateAsync(m => m with { MaximumConcurrency = 2 });
        var (first, second) = (await world.Function.NextAsync(), await world.Function.NextAsync());

        await world.ChangeAsync(id, m => m with { Enabled = false, State = MappingState.Disabling });

        // Until a shard has heard of it, its batch may take the place of one that ends.
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, 3).Select(i => world.Shard(new ShardKey(id, $"s-{i}")).StatusAsync(CancellationToken.None))))
                .All(status => !status.Running),
            "reading stops");
        first.Succeed();
        second.Succeed();
        await world.UntilAsync(id, m => m!.State == MappingState.Disabled);

        Assert.Equal(0, world.Function.Waiting);
        Assert.Equal(2, (await world.Store.Checkpoints.ListAsync(id, CancellationToken.None)).Count(c => c.Value.Next == 1));
    }

    [Fact]
    public async Task Status_OfAMapping_HasABalancedLedger()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1", "a=2", "a=3");
        var id = await world.CreateAsync();
        await world.UntilCheckpointAsync(id, "s-0", 3);

        var ledger = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Ledger;

        Assert.Equal(new ShardLedger { Polled = 3, Succeeded = 3 }, ledger);
        Assert.True(ledger.Balanced);
    }
}
