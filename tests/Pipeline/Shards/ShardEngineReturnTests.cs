using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using static Dispatcher.Pipeline.Tests.Shards.EngineSteps;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineReturnTests
{
    [Fact]
    public void Complete_FailedWhereTheSourceTakesBack_FinishesTheRecordsAsReturned()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 3, Ordered = false, ReturnsFailed = true });
        engine.Accept(Pages.Range(0, 4), 0);

        engine.Complete(engine.TryStart(0, out _)!, Failed, 0);

        Assert.Equal([new(0, true), new(1, true), new(2, true)], engine.TakeReturned());
        Assert.Empty(engine.TakeReturned());
        Assert.Equal(3, engine.TakeCheckpoint()!.Next);
        Assert.Equal([3, 4], Positions(engine, engine.TryStart(0, out _)!));
        Assert.Equal((3, 2), (engine.Counts.Returned, engine.Counts.InFlight));
        Assert.True(engine.Counts.Balanced);
    }

    [Fact]
    public void Complete_SomeFailedWhereTheSourceTakesBack_ReturnsOnlyThose()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 4, Ordered = false, ReturnsFailed = true });
        engine.Accept(Pages.Range(0, 3), 0);

        engine.Complete(engine.TryStart(0, out _)!, new BatchResult.FailedSome(new HashSet<int> { 1, 3 }, Failure), 0);

        Assert.Equal([new(1, true), new(3, true)], engine.TakeReturned());
        Assert.Equal((2, 2, 4), (engine.Counts.Succeeded, engine.Counts.Returned, engine.Next));
    }

    [Fact]
    public void Complete_FailedWithAnOrderOfKeys_ReturnsWhatWaitsBehindItToo()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 2, ReturnsFailed = true });
        engine.Accept(Pages.Of([0, 1, 2, 3, 4], p => p is 2 or 4 ? "b" : "a"), 0);

        engine.Complete(engine.TryStart(0, out _)!, Failed, 0);

        Assert.Equal([new(0, true), new(1, true), new(3, false)], engine.TakeReturned());
        Assert.Equal([2, 4], Positions(engine, engine.TryStart(0, out _)!));
        Assert.True(engine.Counts.Balanced);
    }

    [Fact]
    public void Complete_ThrottledWhereTheSourceTakesBack_IsTriedAgainHere()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), ReturnsFailed = true });
        engine.Accept(Pages.Range(0, 1), 0);

        engine.Complete(engine.TryStart(0, out _)!, new BatchResult.NotRun(Failure), 0);

        Assert.Empty(engine.TakeReturned());
        Assert.Equal(2, engine.Counts.InFlight);
    }
}
