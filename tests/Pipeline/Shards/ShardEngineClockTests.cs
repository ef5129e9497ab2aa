using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using static Dispatcher.Pipeline.Tests.Shards.EngineSteps;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineClockTests
{
    [Fact]
    public void TryStart_ClockSetBack_WaitsNoLongerThanTheLongestWait()
    {
        const long now = 10_000_000_000;
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        engine.Accept(Pages.Range(0, 1), now);
        engine.Complete(engine.TryStart(now, out _)!, Failed, now);

        var back = now - 86_400_000;
        Assert.Null(engine.TryStart(back, out var wake));
        Assert.InRange(wake, back, back + 60_000);
        Assert.Equal([0, 1], Positions(engine, engine.TryStart(wake, out _)!));
    }

    [Fact]
    public void TryStart_ClockSetBackWhileABatchFills_ClosesIt()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 10, WindowMs = 1000 });
        engine.Accept(Pages.Range(0, 1), 100_000);

        Assert.Equal(2, engine.TryStart(50_000, out _)!.Count);
    }

    /// <summary>The age is judged by the clock as it is: one that was ahead for a while gives up nothing later.</summary>
    [Fact]
    public void TryStart_ClockAheadAndSetBack_JudgesTheAgeByTheClockAsItIs()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAgeMs = 60_000 } });
        engine.Accept(Pages.Range(0, 1), 0);
        engine.Complete(engine.TryStart(50_000, out _)!, Failed, 50_000);

        Assert.Null(engine.TryStart(10_000, out var wake));
        Assert.Null(engine.TryStart(wake, out _)!.GivenUp);
    }

    /// <summary>A restart after the clock was set back: the attempts go on, and the batch comes soon.</summary>
    [Fact]
    public void Checkpoint_ClockSetBackBeforeTheRestart_GoesOnSoonWithItsAttempts()
    {
        const long now = 10_000_000_000;
        var plan = new ShardPlan { Shape = new PlainShape() };
        var engine = Engine(plan);
        engine.Accept(Pages.Range(0, 1), now);
        engine.Complete(engine.TryStart(now, out _)!, Failed, now);
        var again = new ShardEngine(plan, engine.TakeCheckpoint()!, new Random(1));
        again.Accept(Pages.Range(0, 1), 1_000);

        Assert.Equal(1, (again.TryStart(1_000, out _) ?? again.TryStart(61_000, out _))!.Attempts);
    }
}
