using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;
using Dispatcher.Pipeline.Tests.Shards;

namespace Dispatcher.Pipeline.Tests.Windows;

/// <summary>Windows of ten seconds.</summary>
public sealed class WindowEngineTests
{
    private static readonly ShardPlan Plan = new() { Shape = new PlainShape(), TumblingMs = 10_000, BatchSize = 100 };
    private static readonly BatchFailure Failure = new(Guid.Empty, "no", "Unhandled", "$LATEST");

    [Fact]
    public void TryStart_RecordsOfTwoWindows_EndsTheFirstBeforeTheSecondBegins()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000), (1, 9_999), (2, 10_000), (3, 12_000));
        long now = 12_000;

        var first = Start(engine, now);
        Assert.Equal((2, 0L, false, ""), Shape(first));
        Succeed(engine, first, "{\"n\":2}", now);
        var final = Start(engine, now);
        Assert.Equal((0, 0L, true, "{\"n\":2}"), Shape(final));
        Succeed(engine, final, "{}", now);
        Assert.Equal((2, 10_000L, false, ""), Shape(Start(engine, now)));
    }

    [Fact]
    public void TryStart_NothingMoreComes_EndsTheWindowByTheClock()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000));
        Succeed(engine, Start(engine, 1_000), "{\"n\":1}", 1_000);

        Assert.Null(engine.TryStart(5_000, out var wake));
        Assert.Equal(10_500, wake);
        Assert.Null(engine.TryStart(10_499, out _));
        Assert.True(Start(engine, 10_500).Window!.Final);
    }

    [Fact]
    public void TryStart_SourceNotReadUp_KeepsTheWindowOpen()
    {
        var engine = Engine();
        var page = Pages.Of([0], _ => "k", timestampMs: 1_000);
        page.EndPosition = 100;
        engine.Accept(page, 50_000);
        Succeed(engine, Start(engine, 50_000), "{}", 50_000);

        Assert.Null(engine.TryStart(60_000, out _));
    }

    [Fact]
    public void Complete_Failed_RetriesWithTheStateBeforeTheBatch()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000));
        Succeed(engine, Start(engine, 1_000), "{\"n\":1}", 1_000);
        Accept(engine, (1, 2_000));
        var failing = Start(engine, 2_000);
        engine.Complete(failing, new BatchResult.Failed(Failure), 2_000);

        Assert.Null(engine.TryStart(2_000, out var wake));
        Assert.Equal((1, 0L, false, "{\"n\":1}"), Shape(Start(engine, wake)));
    }

    [Fact]
    public void Complete_StateTooLarge_EndsTheWindowEarly()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000), (1, 2_000));
        Succeed(engine, Start(engine, 2_000), new string('x', Limits.WindowStateBytes + 1), 2_000);

        var final = Start(engine, 2_000);
        Assert.True(final.Window is { Final: true, Window.Early: true });
        Succeed(engine, final, "{}", 2_000);
        Accept(engine, (2, 3_000));
        Assert.Equal((1, 0L, false, ""), Shape(Start(engine, 3_000)));
    }

    [Fact]
    public void Accept_EndOfShard_EndsTheWindowAndThenTheShard()
    {
        var engine = Engine();
        var page = Pages.Of([0], _ => "k", timestampMs: 1_000);
        page.EndOfShard = true;
        engine.Accept(page, 1_000);
        Succeed(engine, Start(engine, 1_000), "{}", 1_000);
        Assert.False(engine.Finished);

        Succeed(engine, Start(engine, 1_000), "{}", 1_000);
        Assert.True(engine.Finished);
    }

    [Fact]
    public void Checkpoint_InAWindow_LeadsToTheSameStateAgain()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000));
        Succeed(engine, Start(engine, 1_000), "{\"n\":1}", 1_000);
        var checkpoint = engine.TakeCheckpoint()!;
        Assert.Equal(1, checkpoint.Next);

        var again = new ShardEngine(Plan, checkpoint, new Random(1));
        Accept(again, (1, 2_000));
        Assert.Equal((1, 0L, false, "{\"n\":1}"), Shape(Start(again, 2_000)));
    }

    [Fact]
    public void Update_OtherNumberOfLanes_EndsWindowsEarlyAndLosesNothing()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000));
        Succeed(engine, Start(engine, 1_000), "{\"n\":1}", 1_000);
        Accept(engine, (1, 2_000));

        engine.Update(Plan with { Lanes = 4 });
        var final = Start(engine, 2_000);
        Assert.True(final.Window is { Final: true, Window.Early: true });
        engine.Complete(final, new BatchResult.Failed(Failure), 2_000);
        Assert.Null(engine.TryStart(2_000, out var wake));
        Succeed(engine, Start(engine, wake), "{}", wake);
        Assert.Equal(4, engine.Plan.Lanes);
        Assert.Equal((1, 0L, false, ""), Shape(Start(engine, wake)));
    }

    [Fact]
    public void Restart_WithOtherLanes_EndsTheWindowsOfTheOldOnesFirst()
    {
        var start = new Checkpoint(5) { Windows = [new LaneWindow(1, 2, 10_000, 0, "{\"n\":7}"u8.ToArray())] };
        var engine = new ShardEngine(Plan, start, new Random(1));
        Accept(engine, (5, 1_000));

        var final = Start(engine, 1_000);
        Assert.Equal((0, 0L, true, "{\"n\":7}"), Shape(final));
        Succeed(engine, final, "{}", 1_000);
        Assert.Equal((1, 0L, false, ""), Shape(Start(engine, 1_000)));
    }

    [Fact]
    public void Complete_FinalGivenUp_LetsTheNextWindowBegin()
    {
        var engine = new ShardEngine(Plan with { Retry = new RetryPlan { MaximumAttempts = 0 } }, new Checkpoint(0), new Random(1));
        Accept(engine, (0, 1_000), (1, 11_000));
        Succeed(engine, Start(engine, 11_000), "{}", 11_000);
        engine.Complete(Start(engine, 11_000), new BatchResult.Failed(Failure), 11_000);
        var given = Start(engine, 11_000);
        Assert.Equal(GiveUpReason.RetryAttemptsExhausted, given.GivenUp);
        engine.Complete(given, new BatchResult.HandedOver(Dropped: true), 11_000);

        Assert.Equal((1, 10_000L, false, ""), Shape(Start(engine, 11_000)));
        Assert.True(engine.Counts.Balanced);
    }

    [Fact]
    public void Checkpoint_FinalHasFailed_LeadsToItsNextAttempt()
    {
        var plan = Plan with { Retry = new RetryPlan { MaximumAttempts = 1 } };
        var engine = new ShardEngine(plan, new Checkpoint(0), new Random(1));
        Accept(engine, (0, 1_000), (1, 11_000));
        Succeed(engine, Start(engine, 11_000), "{\"n\":1}", 11_000);
        engine.Complete(Start(engine, 11_000), new BatchResult.Failed(Failure), 11_000);
        var saved = engine.Checkpoint();
        Assert.Empty(saved.Troubled);

        var next = new ShardEngine(plan, saved, new Random(1));
        Assert.Equal(saved.Windows.Select(w => w.Final?.Attempts), next.Checkpoint().Windows.Select(w => w.Final?.Attempts));
        Accept(next, (1, 11_000));
        var final = Start(next, 12_000);
        Assert.Equal((0, 0L, true, "{\"n\":1}"), Shape(final));
        Assert.Equal((1, 1, Failure.Text), (final.Attempts, final.Invocations, final.LastFailure!.Text));

        next.Complete(final, new BatchResult.Failed(Failure), 12_000);
        Assert.Equal(GiveUpReason.RetryAttemptsExhausted, Start(next, 12_000).GivenUp);
        var given = new ShardEngine(plan, next.Checkpoint(), new Random(1));
        Assert.Equal(GiveUpReason.RetryAttemptsExhausted, Start(given, 12_000).GivenUp);
    }

    [Fact]
    public void Complete_SomeFailed_KeepsTheStateOfThoseThatWentWell()
    {
        var engine = Engine();
        Accept(engine, (0, 1_000), (1, 2_000));
        engine.Complete(Start(engine, 2_000), new BatchResult.FailedSome(new HashSet<int> { 0 }, Failure) { State = "{\"n\":1}"u8.ToArray() }, 2_000);

        Assert.Null(engine.TryStart(2_000, out var wake));
        Assert.Equal((1, 0L, false, "{\"n\":1}"), Shape(Start(engine, wake)));
    }

    /// <summary>Producers choose the times of Kafka records: a window of a time that no calendar has can still be shown and ends.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-1L)]
    public void TryStart_TimeOutsideOfTheCalendar_RunsInAWindowThatCanBeShown(long timestampMs)
    {
        var engine = Engine();
        Accept(engine, (0, timestampMs), (1, timestampMs), (2, 20_000));

        var finals = 0;
        for (var left = 3; left > 0;)
        {
            var batch = Start(engine, 20_000);
            var (start, end) = (batch.Window!.Window.StartMs, batch.Window.Window.EndMs);
            Assert.Equal(10_000, (DateTimeOffset.FromUnixTimeMilliseconds(end) - DateTimeOffset.FromUnixTimeMilliseconds(start)).TotalMilliseconds);
            Succeed(engine, batch, "{}", 20_000);
            left -= batch.Count;
            finals += batch.Window.Final ? 1 : 0;
        }

        Assert.InRange(finals, 0, 2);
        Assert.True(engine.Counts.Balanced);
    }

    private static ShardEngine Engine() => new(Plan, new Checkpoint(0), new Random(1));

    private static void Accept(ShardEngine engine, params (long Position, long TimeMs)[] records)
    {
        foreach (var (position, time) in records)
        {
            engine.Accept(Pages.Of([position], _ => "k", timestampMs: time), time);
        }
    }

    private static Batch Start(ShardEngine engine, long nowMs)
    {
        var batch = engine.TryStart(nowMs, out _);
        Assert.NotNull(batch);
        return batch;
    }

    private static void Succeed(ShardEngine engine, Batch batch, string state, long nowMs)
        => engine.Complete(batch, new BatchResult.Succeeded(Encoding.UTF8.GetBytes(state)), nowMs);

    private static (int Records, long StartMs, bool Final, string State) Shape(Batch batch)
        => (batch.Count, batch.Window!.Window.StartMs, batch.Window.Final, Encoding.UTF8.GetString(batch.Window.Window.State.Span));
}
