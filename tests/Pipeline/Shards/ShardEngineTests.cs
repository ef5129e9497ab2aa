using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineTests
{
    private static readonly BatchFailure Failure = new(Guid.Empty, "no", "Unhandled", "$LATEST");
    private static readonly BatchResult Failed = new BatchResult.Failed(Failure);

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
    public void Complete_Failed_RetriesTheSameRecordsLaterAndHoldsOnlyItsLane()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), BatchSize = 100, Lanes = 2 });
        var (a, b) = TwoKeysInTwoLanes();
        engine.Accept(Pages.Of([0, 1, 2, 3], p => p % 2 == 0 ? a : b), 0);
        var first = engine.TryStart(0, out _)!;
        var second = engine.TryStart(0, out _)!;
        var failing = Positions(engine, first);

        engine.Complete(first, Failed, 0);
        engine.Complete(second, BatchResult.Succeeded.Instance, 0);
        engine.Accept(Pages.Of([4, 5], p => p % 2 == 0 ? a : b), 0);

        var other = engine.TryStart(0, out var wake)!;
        Assert.Equal(first.Lane == 0 ? 1 : 0, other.Lane);
        Assert.Null(engine.TryStart(0, out wake));
        Assert.InRange(wake, 180, 251);
        var again = engine.TryStart(wake, out _)!;
        Assert.Equal(failing, Positions(engine, again));
        Assert.Equal(1, again.Attempts);
    }

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
    public void ReadRoomBeside_RecordsOfAnEarlierLifeMissing_IsNone()
    {
        var engine = new ShardEngine(
            new ShardPlan { Shape = new PlainShape() }, new Checkpoint(0) { Finished = [new PositionRange(5, 5)] }, new Random(1));

        Assert.Equal(0, engine.ReadRoomBeside(Pages.Range(0, 1)));
    }

    [Fact]
    public void Complete_Throttled_UsesUpNoAttempt()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAttempts = 0 } });
        engine.Accept(Pages.Range(0, 0), 0);
        long now = 0;
        for (var i = 0; i < 20; i++)
        {
            var batch = engine.TryStart(now, out _)!;
            Assert.Null(batch.GivenUp);
            engine.Complete(batch, new BatchResult.NotRun(Failure), now);
            Assert.Null(engine.TryStart(now, out var wake));
            Assert.InRange(wake - now, 1, 5001);
            now = wake;
        }

        Assert.Equal(0, engine.TryStart(now, out _)!.Attempts);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public void Complete_FailedMoreOftenThanAllowed_GivesUpAfterThatManyInvocations(int retries, int invocations)
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAttempts = retries } });
        engine.Accept(Pages.Range(0, 4), 0);
        long now = 0;
        var invoked = 0;
        Batch batch;
        while ((batch = Start(engine, ref now)).GivenUp is null)
        {
            invoked++;
            engine.Complete(batch, Failed, now);
        }

        Assert.Equal(invocations, invoked);
        Assert.Equal(GiveUpReason.RetryAttemptsExhausted, batch.GivenUp);
        Assert.Equal(0, engine.Next);
        engine.Complete(batch, new BatchResult.HandOverFailed("away"), now);
        Assert.Equal(0, engine.Next);
        engine.Complete(Start(engine, ref now), new BatchResult.HandedOver(Dropped: false), now);
        Assert.Equal(5, engine.Next);
        Assert.Equal(5, engine.Counts.Destination);
        Assert.True(engine.Counts.Balanced);
    }

    [Fact]
    public void Complete_BisectWithOnePoisonRecord_EndsWithThePoisonAlone()
    {
        var plan = new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAttempts = 1, Bisect = true } };
        var engine = Engine(plan);
        engine.Accept(Pages.Range(0, 99), 0);
        long now = 0;
        var order = new List<long>();
        while (engine.Next < 100)
        {
            var batch = Start(engine, ref now);
            var positions = Positions(engine, batch);
            if (batch.GivenUp is not null)
            {
                Assert.Equal([37], positions);
                Assert.Equal(2, batch.Attempts);
                engine.Complete(batch, new BatchResult.HandedOver(Dropped: true), now);
                continue;
            }

            var poisoned = positions.Contains(37);
            if (!poisoned)
            {
                order.AddRange(positions);
            }

            engine.Complete(batch, poisoned ? Failed : BatchResult.Succeeded.Instance, now);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i).Where(i => i != 37), order);
        Assert.Equal(1, engine.Counts.Dropped);
        Assert.Equal(99, engine.Counts.Succeeded);
    }

    [Fact]
    public void Complete_FailedFrom_GoesOnAtTheFirstFailedRecord()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        engine.Accept(Pages.Range(0, 9), 0);
        long now = 0;

        engine.Complete(Start(engine, ref now), new BatchResult.FailedFrom(4, Failure), now);

        Assert.Equal(4, engine.Next);
        Assert.Equal([4, 5, 6, 7, 8, 9], Positions(engine, Start(engine, ref now)));
    }

    [Fact]
    public void TryStart_OldRecords_AreGivenUpAndYoungerOnesInvoked()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAgeMs = 60_000 } });
        engine.Accept(Pages.Of([0, 1], _ => "k", timestampMs: 1_000), 0);
        engine.Accept(Pages.Of([2, 3], _ => "k", timestampMs: 50_000), 0);

        var old = engine.TryStart(100_000, out _)!;
        Assert.Equal(GiveUpReason.RecordAgeExceeded, old.GivenUp);
        Assert.Equal([0, 1], Positions(engine, old));
        engine.Complete(old, new BatchResult.HandedOver(Dropped: true), 100_000);
        var young = engine.TryStart(100_000, out _)!;
        Assert.Null(young.GivenUp);
        Assert.Equal([2, 3], Positions(engine, young));
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

    private static ShardEngine Engine(ShardPlan plan) => new(plan, new Checkpoint(0), new Random(1));

    private static Batch Start(ShardEngine engine, ref long now)
    {
        while (true)
        {
            if (engine.TryStart(now, out var wake) is { } batch)
            {
                return batch;
            }

            Assert.NotEqual(long.MaxValue, wake);
            now = wake;
        }
    }

    /// <summary>Runs a batch well; its positions were read before.</summary>
    private static Batch Complete(ShardEngine engine, ref long now)
    {
        var batch = Start(engine, ref now);
        engine.Complete(batch, BatchResult.Succeeded.Instance, now);
        return batch;
    }

    /// <summary>Positions of a batch; for tests without offset gaps a number is its position above the start.</summary>
    private static long[] Positions(ShardEngine engine, Batch batch) => [.. batch.Numbers.Select(engine.PositionOf)];

    private static (string A, string B) TwoKeysInTwoLanes()
    {
        var first = Lane("a");
        return ("a", Enumerable.Range(0, 100).Select(i => $"b{i}").First(k => Lane(k) != first));

        static int Lane(string key) => KeyHash.Lane(Pages.Range(0, 0, key).Records[0], 2);
    }
}
