using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using static Dispatcher.Pipeline.Tests.Shards.EngineSteps;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineTests
{
    [Fact]
    public void TryStart_WithoutWindow_TakesUpToBatchSizeInOrder()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 3 });
        engine.Accept(Pages.Range(0, 4), 0);

        var first = engine.TryStart(0, out _)!;
        Assert.Equal([0, 1, 2], Positions(engine, first));
        Assert.Null(engine.TryStart(0, out _));

        engine.Complete(first, BatchResult.Succeeded.Instance, 0);
        Assert.Equal([3, 4], Positions(engine, engine.TryStart(0, out _)!));
    }

    [Fact]
    public void TryStart_WithWindow_WaitsUntilItIsOver()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 10, WindowMs = 1000 });
        engine.Accept(Pages.Range(0, 1), 5000);

        Assert.Null(engine.TryStart(5999, out var wake));
        Assert.Equal(6000, wake);
        Assert.Equal(2, engine.TryStart(6000, out _)!.Count);
    }

    [Fact]
    public void TryStart_WithWindow_DoesNotWaitForAFullBatch()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 2, WindowMs = 1000 });
        engine.Accept(Pages.Range(0, 2), 0);

        Assert.Equal(2, engine.TryStart(0, out _)!.Count);
    }

    [Fact]
    public void TryStart_PayloadFull_ClosesTheBatchBeforeTheRecordThatDoesNotFit()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 100, WindowMs = 1000, PayloadBytes = 20 });
        engine.Accept(Pages.Of([0, 1, 2], _ => "k", dataBytes: 9), 0);

        Assert.Equal([0, 1], Positions(engine, engine.TryStart(0, out _)!));
    }

    [Fact]
    public void TryStart_ManyLanes_KeepsAKeyInOneLaneAndRunsOthersBesideIt()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 100, Lanes = 8 });
        engine.Accept(Pages.Of(Enumerable.Range(0, 200).Select(i => (long)i), p => $"key{p % 20}"), 0);

        var seen = new Dictionary<long, int>();
        while (engine.TryStart(0, out _) is { } batch)
        {
            Assert.Equal(Positions(engine, batch).Order(), Positions(engine, batch));
            foreach (var key in Positions(engine, batch).Select(p => p % 20).Distinct())
            {
                Assert.True(seen.TryAdd(key, batch.Lane), "a key came in two batches");
            }
        }

        Assert.Equal(20, seen.Count);
        Assert.True(seen.Values.Distinct().Count() >= 5, "keys are spread over the lanes");
    }

    [Fact]
    public void TryStart_Unordered_LetsAnyFreeLaneTakeTheNextRecords()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 2, Lanes = 3, Ordered = false });
        engine.Accept(Pages.Range(0, 9), 0);

        var batches = new[] { engine.TryStart(0, out _)!, engine.TryStart(0, out _)!, engine.TryStart(0, out _)! };
        Assert.Null(engine.TryStart(0, out _));
        Assert.Equal([0, 1, 2, 3, 4, 5], batches.SelectMany(b => Positions(engine, b)));

        engine.Complete(batches[1], BatchResult.Succeeded.Instance, 0);
        Assert.Equal([6, 7], Positions(engine, engine.TryStart(0, out _)!));
        Assert.Equal([new PositionRange(2, 3)], engine.Checkpoint().Finished);
    }

    [Fact]
    public void ReadRoom_MaximumPending_IsWhatMayBeReadMore()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 2, MaximumPending = 5 });
        engine.Accept(Pages.Range(0, 2), 0);

        Assert.Equal(2, engine.ReadRoom);
    }

    [Fact]
    public void ReadRoomBeside_PageNotAcceptedYet_CountsAsPending()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 2, MaximumPending = 5 });
        engine.Accept(Pages.Range(0, 0), 0);

        Assert.Equal(1, engine.ReadRoomBeside(Pages.Range(1, 3)));
        Assert.Equal(0, engine.ReadRoomBeside(Pages.Range(1, 4)));
    }

    [Fact]
    public void ReadRoomBeside_LastPageOfTheShard_IsNone()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        var last = Pages.Range(0, 1);
        last.EndOfShard = true;

        Assert.Equal(0, engine.ReadRoomBeside(last));
    }

    [Fact]
    public void Update_OtherNumberOfLanes_StartsNothingUntilRunningBatchesEndedAndKeepsOrderPerKey()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 4 });
        engine.Accept(Pages.Of(Enumerable.Range(0, 40).Select(i => (long)i), p => $"key{p % 7}"), 0);
        long now = 0;
        var running = Start(engine, ref now);

        engine.Update(new ShardPlan { Shape = new PlainShape(), BatchSize = 4, Lanes = 5 });
        Assert.Null(engine.TryStart(now, out _));
        engine.Complete(running, Failed, now);

        var last = new Dictionary<long, long>();
        while (engine.Counts.InFlight > 0)
        {
            var batch = Start(engine, ref now);
            foreach (var position in Positions(engine, batch))
            {
                Assert.True(last.GetValueOrDefault(position % 7, -1) < position, "order per key");
                last[position % 7] = position;
            }

            engine.Complete(batch, BatchResult.Succeeded.Instance, now);
        }

        Assert.Equal(40, engine.Next);
    }

    [Fact]
    public void ReadRoom_LaneStuck_EndsAtTheBoundAndComesBack()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 100 });
        long position = 0;
        engine.Accept(Pages.Range(position, 99), 0);
        position = 100;
        var stuck = engine.TryStart(0, out _)!;
        while (engine.ReadRoom is > 0 and var room)
        {
            engine.Accept(Pages.Range(position, position + room - 1), 0);
            position += room;
        }

        Assert.Equal(engine.Plan.PendingRecords, engine.Counts.InFlight);
        engine.Complete(stuck, BatchResult.Succeeded.Instance, 0);
        Assert.Equal(100, engine.ReadRoom);
    }

    [Fact]
    public void Complete_Twice_IsRefused()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        engine.Accept(Pages.Range(0, 0), 0);
        long now = 0;
        var batch = Complete(engine, ref now);
        Assert.Throws<InvalidOperationException>(() => engine.Complete(batch, BatchResult.Succeeded.Instance, 0));
    }

    [Fact]
    public void Accept_EndOfShard_ClosesTheLastBatchAndEnds()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), WindowMs = 60_000 });
        var page = Pages.Range(0, 2);
        page.EndOfShard = true;
        engine.Accept(page, 0);

        var batch = engine.TryStart(0, out _)!;
        Assert.False(engine.Finished);
        engine.Complete(batch, BatchResult.Succeeded.Instance, 0);
        Assert.True(engine.Finished);
        Assert.True(engine.TakeCheckpoint()!.Ended);
    }
}
