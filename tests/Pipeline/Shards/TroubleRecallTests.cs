using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Tests.Shards;

/// <summary>Batches in trouble of sources that number their records anew in every life. Records are named by their data.</summary>
public sealed class TroubleRecallTests
{
    private static readonly BatchResult Failed = new BatchResult.Failed(new BatchFailure(Guid.Empty, "no", "Unhandled", "$LATEST"));

    private static readonly ShardPlan Plan = new()
    {
        Shape = new PlainShape(), BatchSize = 4, Ordered = false, Remembers = true, Retry = new RetryPlan { MaximumAttempts = 2 },
    };

    [Fact]
    public void Checkpoint_HalvedBatchComesAgainInAnotherOrder_LeadsToTheSameHalves()
    {
        var plan = Plan with { Retry = new RetryPlan { Bisect = true } };
        var engine = Engine(plan);
        Accept(engine, 0, "abcd");
        Fail(engine, 5);

        var again = Engine(plan, engine.Checkpoint());
        Accept(again, 0, "dxbca");

        Assert.Equal(["dc", "ba", "x"], All(again).OrderByDescending(b => b.Length).ThenByDescending(b => b, StringComparer.Ordinal));
        Assert.True(again.Counts.Balanced);
    }

    [Fact]
    public void Checkpoint_FailedBatchComesAgain_HasItsAttemptsAndFirstFailure()
    {
        var engine = Engine(Plan);
        Accept(engine, 0, "ab");
        Fail(engine, 777);

        var again = Engine(Plan, engine.Checkpoint());
        Accept(again, 0, "ab");
        var batch = again.TryStart(1_000, out _)!;

        Assert.Equal((1, 777L), (batch.Attempts, batch.FirstFailureMs));
        again.Complete(batch, BatchResult.Succeeded.Instance, 1_000);
        Assert.Empty(again.Checkpoint().Troubled);
    }

    [Fact]
    public void Checkpoint_GivenUpBatchComesAgain_IsHandedOverWithoutAnInvocation()
    {
        var plan = Plan with { Retry = new RetryPlan { MaximumAgeMs = 60_000 } };
        var engine = Engine(plan);
        Accept(engine, 0, "a", RecordFlags.NoTimestamp);
        engine.Complete(engine.TryStart(70_000, out _)!, new BatchResult.HandOverFailed("away"), 70_000);

        var again = Engine(plan, engine.Checkpoint());
        Accept(again, 70_001, "a", RecordFlags.NoTimestamp);

        Assert.Equal(GiveUpReason.RecordAgeExceeded, again.TryStart(70_001, out _)!.GivenUp);
    }

    [Fact]
    public void TryStart_NoTimeOfItsOwn_IsAsOldAsItsFirstFailure()
    {
        var plan = Plan with { Retry = new RetryPlan { MaximumAgeMs = 60_000 } };
        var engine = Engine(plan);
        Accept(engine, 1_000, "a", RecordFlags.NoTimestamp);
        Fail(engine, 1_000);

        var again = Engine(plan, engine.Checkpoint());
        Accept(again, 61_001, "a", RecordFlags.NoTimestamp);

        Assert.Equal(GiveUpReason.RecordAgeExceeded, again.TryStart(61_001, out _)!.GivenUp);
    }

    [Fact]
    public void TryStart_SomeDoNotComeAgain_GoesOnWithoutThemAfterAWhileAndKnowsThemLater()
    {
        var engine = Engine(Plan);
        Accept(engine, 0, "abc");
        Fail(engine, 5);
        var again = Engine(Plan, engine.Checkpoint());

        Accept(again, 0, "ca");
        Assert.Null(again.TryStart(0, out var wake));
        Assert.Equal(Limits.RecallWaitMs, wake);
        Assert.Equal(3, Assert.Single(again.Checkpoint().Troubled).Count);
        var some = again.TryStart(wake, out _)!;
        Assert.Equal(("ca", 1), (Text(again, some), some.Attempts));
        Assert.Equal([2, 1], again.Checkpoint().Troubled.Select(t => t.Count).Order().Reverse());
        again.Complete(some, BatchResult.Succeeded.Instance, wake);

        again.Accept(Page(again, wake, "b"), wake);
        var late = again.TryStart(wake, out _)!;
        Assert.Equal(("b", 1), (Text(again, late), late.Attempts));
    }

    [Fact]
    public void TryStart_NothingComesAgainForLong_ForgetsIt()
    {
        var engine = Engine(Plan);
        Accept(engine, 0, "a");
        Fail(engine, 5);
        var again = Engine(Plan, engine.Checkpoint());

        Assert.Null(again.TryStart(0, out _));
        Assert.Single(again.Checkpoint().Troubled);
        Assert.Null(again.TryStart(Limits.RecallMs, out _));

        Assert.Empty(again.TakeCheckpoint()!.Troubled);
        Accept(again, Limits.RecallMs, "a");
        Assert.Equal(0, again.TryStart(Limits.RecallMs, out _)!.Attempts);
    }

    [Fact]
    public void TryStart_KeysHaveAnOrder_KeepsItThoughHalvesComeMixed()
    {
        // Key 1 is in both halves.
        var plan = Plan with { Ordered = true, Retry = new RetryPlan { Bisect = true } };
        var engine = Engine(plan);
        Accept(engine, 0, "1a", "1b", "1c", "2d");
        Fail(engine, 5);

        var again = Engine(plan, engine.Checkpoint());
        Accept(again, 0, "2d", "1a", "1b", "1c", "1e");

        Assert.Equal(["1a1b", "2d1c", "1e"], All(again));
    }

    [Fact]
    public void Checkpoint_BatchAboveTheLimit_IsForgotten()
    {
        var engine = Engine(Plan with { BatchSize = 2 * Limits.RememberedBatchRecords });
        Accept(engine, 0, new string('a', Limits.RememberedBatchRecords + 1));
        Fail(engine, 5);

        Assert.Empty(engine.Checkpoint().Troubled);
    }

    [Fact]
    public void Checkpoint_RecordsOfOneContent_AreKnownAsManyTimes()
    {
        var engine = Engine(Plan);
        Accept(engine, 0, "aa");
        Fail(engine, 5);

        var again = Engine(Plan, engine.Checkpoint());
        Accept(again, 0, "aaa");

        Assert.Equal(["aa", "a"], All(again));
    }

    [Fact]
    public void Settled_SomeAreNoLongerInTrouble_AreThose()
    {
        TroubledBatch before = new([], 4, 1, 5) { Fingerprints = [1, 2, 2, 3] }, now = new([], 2, 2, 5) { Fingerprints = [3, 2] };

        var settled = Assert.Single(TroubleMemory.Settled([before], [now]));

        Assert.Equal([1, 2], settled.Fingerprints!);
        Assert.Equal((2, 1), (settled.Count, settled.Attempts));
        Assert.True(TroubleMemory.Same([now], [now with { Fingerprints = [3, 2] }]));
        Assert.False(TroubleMemory.Same([now], [now with { Attempts = 3 }]));
        Assert.False(TroubleMemory.Same([now], [now with { Fingerprints = [3, 4] }]));
    }

    [Fact]
    public void Fingerprint_SameContent_IsTheSameWhereverItStands()
    {
        static long Of(string id, string key, string data, long position)
            => Fingerprint.Of(new Record(position, Bytes(key), Bytes(data), 0, Detail: new AmqpDetail { MessageId = id }));

        Assert.Equal(Of("m", "k", "d", 1), Of("m", "k", "d", 2));
        Assert.Equal(4, new[] { Of("m", "k", "d", 1), Of("", "mk", "d", 1), Of("m", "", "kd", 1), Of("mk", "", "d", 1) }.Distinct().Count());
    }

    private static ShardEngine Engine(ShardPlan plan, Checkpoint? start = null) => new(plan, start ?? new Checkpoint(0), new Random(1));

    private static void Accept(ShardEngine engine, long nowMs, string each, RecordFlags flags = RecordFlags.None)
        => Accept(engine, nowMs, flags, [.. each.Select(c => $"{c}")]);

    private static void Accept(ShardEngine engine, long nowMs, params string[] records) => Accept(engine, nowMs, RecordFlags.None, records);

    private static void Accept(ShardEngine engine, long nowMs, RecordFlags flags, string[] records)
        => engine.Accept(Page(engine, flags == RecordFlags.None ? 0 : nowMs, records, flags), nowMs);

    private static RecordPage Page(ShardEngine engine, long timestampMs, string record) => Page(engine, timestampMs, [record], RecordFlags.None);

    private static RecordPage Page(ShardEngine engine, long timestampMs, string[] records, RecordFlags flags)
    {
        var page = new RecordPage();
        for (var i = 0; i < records.Length; i++)
        {
            page.Add(new Record(engine.NextRead + i, Bytes(records[i][..1]), Bytes(records[i]), timestampMs, flags));
        }

        return page;
    }

    private static void Fail(ShardEngine engine, long nowMs) => engine.Complete(engine.TryStart(nowMs, out _)!, Failed, nowMs);

    private static string Text(ShardEngine engine, Batch batch)
        => string.Concat(engine.RentRecords(batch).Take(batch.Count).Select(r => Encoding.UTF8.GetString(r.Data.Span)));

    /// <summary>All batches, each of which succeeds.</summary>
    private static List<string> All(ShardEngine engine)
    {
        var all = new List<string>();
        while (engine.TryStart(0, out _) is { } batch)
        {
            all.Add(Text(engine, batch));
            engine.Complete(batch, BatchResult.Succeeded.Instance, 0);
        }

        return all;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
