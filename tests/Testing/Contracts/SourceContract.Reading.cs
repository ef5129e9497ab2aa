using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Testing.Contracts;

/// <summary>What a reader of a shard brings, and when.</summary>
public abstract partial class SourceContract
{
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
}
