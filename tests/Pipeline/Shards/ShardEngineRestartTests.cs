using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using static Dispatcher.Pipeline.Tests.Shards.EngineSteps;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineRestartTests
{
    [Fact]
    public void ReadRoomBeside_RecordsOfAnEarlierLifeMissing_IsNone()
    {
        var engine = new ShardEngine(
            new ShardPlan { Shape = new PlainShape() }, new Checkpoint(0) { Finished = [new PositionRange(5, 5)] }, new Random(1));

        Assert.Equal(0, engine.ReadRoomBeside(Pages.Range(0, 1)));
    }

    [Fact]
    public void Accept_AfterARestart_SkipsFinishedRangesAndRestoresTheBatchInTrouble()
    {
        var start = new Checkpoint(10)
        {
            Finished = [new PositionRange(12, 13), new PositionRange(17, 17)],
            Troubled = [new TroubledBatch([new PositionRange(10, 11), new PositionRange(14, 14)], 3, 2, 777)],
        };
        var engine = new ShardEngine(new ShardPlan { Shape = new PlainShape(), BatchSize = 100 }, start, new Random(1));

        engine.Accept(Pages.Range(10, 12), 0);
        Assert.Null(engine.TryStart(0, out _));
        Assert.Equal(start.Troubled[0], Assert.Single(engine.Checkpoint().Troubled));

        engine.Accept(Pages.Range(13, 20), 0);
        var batch = engine.TryStart(0, out _)!;
        Assert.Equal([10, 11, 14], Positions(engine, batch));
        Assert.Equal((2, 777), (batch.Attempts, batch.FirstFailureMs));
        engine.Complete(batch, BatchResult.Succeeded.Instance, 0);
        Assert.Equal([15, 16, 18, 19, 20], Positions(engine, engine.TryStart(0, out _)!));
        Assert.True(engine.Counts.Balanced);
        Assert.Equal(3, engine.Counts.Skipped);
    }

    [Fact]
    public void Accept_TroubledBatchWhoseRecordsAreGone_GoesOnWithWhatIsLeft()
    {
        var start = new Checkpoint(10) { Troubled = [new TroubledBatch([new PositionRange(10, 14)], 5, 1, 777)] };
        var engine = new ShardEngine(new ShardPlan { Shape = new PlainShape() }, start, new Random(1));

        engine.Accept(Pages.Range(13, 20), 0);

        Assert.Equal([13, 14], Positions(engine, engine.TryStart(0, out _)!));
    }

    [Fact]
    public void Checkpoint_TakenInTrouble_LeadsToTheSameBatchesAgain()
    {
        var plan = new ShardPlan { Shape = new PlainShape(), BatchSize = 8, Retry = new RetryPlan { Bisect = true } };
        var engine = Engine(plan);
        engine.Accept(Pages.Range(0, 7), 0);
        long now = 0;
        engine.Complete(Start(engine, ref now), Failed, now);
        engine.Complete(Start(engine, ref now), Failed, now);

        var again = new ShardEngine(plan, engine.Checkpoint(), new Random(2));
        again.Accept(Pages.Range(0, 7), 0);
        now = 0;
        Assert.Equal([0, 1], Positions(again, Complete(again, ref now)));
        Assert.Equal([2, 3], Positions(again, Complete(again, ref now)));
        Assert.Equal([4, 5, 6, 7], Positions(again, Start(again, ref now)));
    }

    [Fact]
    public void TakeCheckpoint_NothingNew_IsNull()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        Assert.Null(engine.TakeCheckpoint());
        engine.Accept(Pages.Range(0, 0), 0);
        Assert.Null(engine.TakeCheckpoint());
        long now = 0;
        Complete(engine, ref now);
        Assert.Equal(1, engine.TakeCheckpoint()!.Next);
        Assert.Null(engine.TakeCheckpoint());
        engine.CheckpointLost();
        Assert.NotNull(engine.TakeCheckpoint());
    }
}
