using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every source promises its shard. A test class of each adapter inherits it.</summary>
public abstract class SourceContract
{
    private static readonly StartAt TrimHorizon = new StartAt.TrimHorizon();

    /// <summary>No step of a test takes longer; a broker may be slow to wake a consumer.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(30);

    /// <summary>Starts a source with that many shards (1 or 2) and no records.</summary>
    protected abstract ValueTask<SourceSubject> StartAsync(int shards);

    [Fact]
    public async Task ListShards_OneShard_NamesItWithoutParents()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();

        var shard = Assert.Single(await subject.Source.ListShardsAsync(limit.Token));

        Assert.Equal(subject.ShardId(0), shard.Id);
        Assert.Empty(shard.Parents);
    }

    [Fact]
    public async Task Traits_AskedTwice_AreTheSame()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();

        Assert.Equal(await subject.Source.TraitsAsync(limit.Token), await subject.Source.TraitsAsync(limit.Token));
    }

    [Fact]
    public async Task CountWaiting_SomeArePut_CountsThoseBehindTheCheckpoint()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.CountsWaiting, "this source cannot tell how many records wait");
        using var limit = Limit();
        var nothing = new Dictionary<string, Checkpoint>();
        Assert.Equal(0, await subject.Source.CountWaitingAsync(nothing, limit.Token));

        var first = subject.KeepsPositions ? await subject.Source.ResolveAsync(subject.ShardId(0), TrimHorizon, limit.Token) : 0;
        await PutAsync(subject, 0, 0, 5);

        await Eventually.EqualAsync(5L, async () => await subject.Source.CountWaitingAsync(nothing, limit.Token) ?? -1);
        if (subject.KeepsPositions)
        {
            var done = new Dictionary<string, Checkpoint> { [subject.ShardId(0)] = new(first + 3) };
            Assert.Equal(2, await subject.Source.CountWaitingAsync(done, limit.Token));
        }
    }

    [Fact]
    public async Task Read_FromTrimHorizon_BringsAllInOrderWithTheirBytes()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 250);
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);

        var seen = new List<string>();
        var last = long.MinValue;
        while (seen.Count < 250)
        {
            using var page = await reader.ReadAsync(100, limit.Token);
            Assert.InRange(page.Count, 1, 100);
            foreach (var record in page.Records)
            {
                Assert.True(record.Position > last, $"position {record.Position} comes after {last}");
                last = record.Position;
                seen.Add(SourceSubject.Text(record));
                Assert.Equal(subject.KeepsKeys ? $"key-{seen.Count - 1}" : "", Encoding.UTF8.GetString(record.Key.Span));
            }

            Assert.False(page.EndOfShard);
        }

        Assert.Equal(Names(0, 250), seen);
    }

    [Fact]
    public async Task Read_AnyBytes_BringsThemUnchanged()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        var bytes = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31)).ToArray();
        await subject.PutAsync(0, "k", bytes);
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);

        using var page = await reader.ReadAsync(10, limit.Token);

        Assert.Equal(1, page.Count);
        Assert.True(page.Records[0].Data.Span.SequenceEqual(bytes));
    }

    [Fact]
    public async Task Read_FromLatest_BringsOnlyLaterRecords()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.KeepsPositions, "this source has no positions");
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 5);
        await using var reader = await subject.OpenAsync(0, new StartAt.Latest(), limit.Token);

        await PutAsync(subject, 0, 5, 3);

        Assert.Equal(Names(5, 3), await ReadAsync(reader, 3, limit.Token));
    }

    [Fact]
    public async Task Read_FromATimestamp_BringsRecordsSinceThen()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.FindsByTime, "this source does not find positions by time");
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 5);
        var mark = await subject.MarkTimeAsync();
        await PutAsync(subject, 0, 5, 3);
        await using var reader = await subject.OpenAsync(0, new StartAt.AtTimestamp(mark), limit.Token);

        Assert.Equal(Names(5, 3), await ReadAsync(reader, 3, limit.Token));
    }

    [Fact]
    public async Task Open_AtAPosition_GoesOnThere()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.KeepsPositions, "this source has no positions");
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 10);
        long position = 0;
        await using (var first = await subject.OpenAsync(0, TrimHorizon, limit.Token))
        {
            for (var left = 4; left > 0;)
            {
                using var page = await first.ReadAsync(left, limit.Token);
                left -= page.Count;
                position = page.NextPosition;
            }
        }

        await using var second = await subject.Source.OpenAsync(subject.ShardId(0), position, limit.Token);

        Assert.Equal(Names(4, 6), await ReadAsync(second, 6, limit.Token));
    }

    [Fact]
    public async Task Read_NothingThere_WaitsAndWakesForTheFirstRecord()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);

        for (var i = 0; i < 3; i++)
        {
            var reading = reader.ReadAsync(10, limit.Token).AsTask();
            Assert.False(reading.IsCompleted);
            await PutAsync(subject, 0, i, 1);
            using var page = await reading;
            Assert.Equal($"record-{i}", SourceSubject.Text(page.Records[0]));
            Assert.Equal(1, page.Count);
        }
    }

    [Fact]
    public async Task Read_Cancelled_ThrowsAndLosesNothing()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        using (var gone = new CancellationTokenSource())
        {
            var reading = reader.ReadAsync(10, gone.Token).AsTask();
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(limit.Token));
        }

        await PutAsync(subject, 0, 0, 5);

        Assert.Equal(Names(0, 5), await ReadAsync(reader, 5, limit.Token));
    }

    [Fact]
    public async Task Read_CancelledWhileRecordsArrive_LosesNothing()
    {
        const int rounds = 40;
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        var seen = new List<string>();
        for (var i = 0; i < rounds; i++)
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var reading = reader.ReadAsync(10, gone.Token).AsTask();
            var putting = PutAsync(subject, 0, i, 1);
            await gone.CancelAsync();
            await putting;
            try
            {
                using var page = await reading;
                Collect(page, seen);
            }
            catch (OperationCanceledException) when (!limit.IsCancellationRequested)
            {
                Assert.True(gone.IsCancellationRequested);
            }
        }

        seen.AddRange(await ReadAsync(reader, rounds - seen.Count, limit.Token));

        Assert.Equal(Names(0, rounds), seen);
    }

    [Fact]
    public async Task Commit_SameCheckpointTwice_IsSafe()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 5);
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        var positions = new List<long>();
        while (positions.Count < 5)
        {
            using var page = await reader.ReadAsync(5, limit.Token);
            foreach (var record in page.Records)
            {
                positions.Add(record.Position);
            }
        }

        var gap = new Checkpoint(positions[2]) { Finished = [new PositionRange(positions[3], positions[3])] };
        await reader.CommitAsync(gap, limit.Token);
        await reader.CommitAsync(gap, limit.Token);
        var all = new Checkpoint(positions[4] + 1);
        await reader.CommitAsync(all, limit.Token);
        await reader.CommitAsync(all, limit.Token);
        await PutAsync(subject, 0, 5, 2);

        Assert.Equal(Names(5, 2), await ReadAsync(reader, 2, limit.Token));
    }

    [Fact]
    public async Task Read_TwoShards_BringsEachItsOwnSideBySide()
    {
        await using var subject = await StartAsync(2);
        Assert.SkipUnless(subject.HasTwoShards, "records of this source are not put to a certain shard");
        using var limit = Limit();
        Assert.Equal(2, (await subject.Source.ListShardsAsync(limit.Token)).Count);
        await using var first = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        await using var second = await subject.OpenAsync(1, TrimHorizon, limit.Token);

        var idle = first.ReadAsync(10, limit.Token).AsTask();
        await PutAsync(subject, 1, 100, 20);
        Assert.Equal(Names(100, 20), await ReadAsync(second, 20, limit.Token));
        Assert.False(idle.IsCompleted);
        await PutAsync(subject, 0, 0, 1);
        using var page = await idle;

        Assert.Equal("record-0", SourceSubject.Text(page.Records[0]));
    }

    [Fact]
    public async Task Read_ShardEnded_BringsTheRestAndThenTheEnd()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.ShardsEnd, "shards of this source do not end");
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 3);
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        await using var waiting = await subject.OpenAsync(0, new StartAt.Latest(), limit.Token);
        var end = waiting.ReadAsync(10, limit.Token).AsTask();
        await subject.EndShardAsync(0);

        var seen = new List<string>();
        var ended = false;
        while (!ended)
        {
            using var page = await reader.ReadAsync(2, limit.Token);
            Collect(page, seen);
            ended = page.EndOfShard;
        }

        Assert.Equal(Names(0, 3), seen);
        using var last = await end;
        Assert.True(last.EndOfShard);
        Assert.Equal(0, last.Count);
    }

    [Fact]
    public async Task Dispose_WhileAReadWaits_EndsTheRead()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        var reading = reader.ReadAsync(10, limit.Token).AsTask();

        await reader.DisposeAsync();

        var error = await Xunit.Record.ExceptionAsync(() => reading.WaitAsync(limit.Token));
        Assert.False(limit.IsCancellationRequested, "the read still waits");
        Assert.True(error is OperationCanceledException or ObjectDisposedException, $"ended with {error}");
    }

    [Fact]
    public async Task Dispose_Twice_IsSafe()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);

        await reader.DisposeAsync();
        await reader.DisposeAsync();
        await subject.Source.DisposeAsync();
        await subject.Source.DisposeAsync();
    }

    /// <summary>Puts <c>record-from</c> and so on with keys <c>key-from</c> and so on.</summary>
    protected static async Task PutAsync(SourceSubject subject, int shard, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await subject.PutAsync(shard, $"key-{i}", Encoding.UTF8.GetBytes($"record-{i}"));
        }
    }

    /// <summary>Reads until there are that many records.</summary>
    protected static async Task<List<string>> ReadAsync(IShardReader reader, int count, CancellationToken cancellation)
    {
        var seen = new List<string>();
        while (seen.Count < count)
        {
            using var page = await reader.ReadAsync(count, cancellation);
            Collect(page, seen);
        }

        return seen;
    }

    private static void Collect(RecordPage page, List<string> into)
    {
        foreach (var record in page.Records)
        {
            into.Add(SourceSubject.Text(record));
        }
    }

    private static List<string> Names(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"record-{i}")];

    private CancellationTokenSource Limit() => new(Patience);
}
