using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using static Dispatcher.Pipeline.Tests.Shards.EngineSteps;

namespace Dispatcher.Pipeline.Tests.Shards;

public sealed class ShardEngineFailureTests
{
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
    public void Update_WhileABatchWaitsForItsNextTry_TriesItAtOnceUnderTheNewOptions()
    {
        var engine = Engine(new ShardPlan { Shape = new PlainShape() });
        engine.Accept(Pages.Range(0, 2), 0);
        var batch = engine.TryStart(0, out _)!;
        engine.Complete(batch, Failed, 0);
        Assert.Null(engine.TryStart(0, out _));

        engine.Update(new ShardPlan { Shape = new PlainShape(), Retry = new RetryPlan { MaximumAttempts = 1 } });
        var again = engine.TryStart(0, out _)!;
        Assert.Equal((1, null), (again.Attempts, again.GivenUp));
        engine.Complete(again, Failed, 0);
        Assert.NotNull(engine.TryStart(0, out _)!.GivenUp);
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
}
