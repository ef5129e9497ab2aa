using System.Text;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="IRecordLogStore"/> does.</summary>
public abstract partial class RecordLogStoreContract : StoreContract
{
    private const string Log = "stream-id/shardId-000000000000";

    private IRecordLogStore Logs => Store.Logs;

    [Fact]
    public async Task CreateAsync_NewLog_IsEmptyAtItsFirstPosition()
    {
        await Logs.CreateAsync(Log, 100, Cancellation);

        Assert.Equal(new LogBounds(100, 100, false), await Logs.BoundsAsync(Log, Cancellation));
    }

    [Fact]
    public async Task CreateAsync_ExistingLog_IsLeftAsItIs()
    {
        await Logs.CreateAsync(Log, 100, Cancellation);
        await AppendAsync("a");

        await Logs.CreateAsync(Log, 5, Cancellation);

        Assert.Equal(new LogBounds(100, 101, false), await Logs.BoundsAsync(Log, Cancellation));
    }

    [Fact]
    public async Task ReadAsync_MissingLog_IsFalse()
    {
        using var page = new RecordPage();

        Assert.False(await Logs.ReadAsync(Log, 0, 10, 1000, page, Cancellation));
        Assert.Equal(0, page.Count);
    }

    [Fact]
    public async Task ReadAsync_MaximumRecords_StopsThereAndSaysWhereToGoOn()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a", "b", "c", "d", "e");

        using var page = new RecordPage();
        await Logs.ReadAsync(Log, 1, 2, int.MaxValue, page, Cancellation);

        Assert.Equal((2, 3L, 5L, false), (page.Count, page.NextPosition, page.EndPosition, page.EndOfShard));
        Assert.Equal(1, page.Records[0].Position);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(29, 2)]
    [InlineData(30, 3)]
    public async Task ReadAsync_MaximumBytes_StopsBeforeButGivesOne(int bytes, int expected)
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("123456789", "123456789", "123456789");

        using var page = new RecordPage();
        await Logs.ReadAsync(Log, 0, 10, bytes, page, Cancellation);

        Assert.Equal((expected, (long)expected), (page.Count, page.NextPosition));
    }

    [Fact]
    public async Task ReadAsync_AtTheEnd_IsEmptyAndKeepsThePosition()
    {
        await Logs.CreateAsync(Log, 10, Cancellation);
        await AppendAsync("a");

        using var page = new RecordPage();
        Assert.True(await Logs.ReadAsync(Log, 11, 10, int.MaxValue, page, Cancellation));

        Assert.Equal((0, 11L, 11L, false), (page.Count, page.NextPosition, page.EndPosition, page.EndOfShard));
    }

    [Fact]
    public async Task ReadAsync_TwiceIntoOnePage_Adds()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("aa", "bb", "cc");

        using var page = new RecordPage();
        await Logs.ReadAsync(Log, 0, 1, int.MaxValue, page, Cancellation);
        await Logs.ReadAsync(Log, 1, 10, 6, page, Cancellation);

        Assert.Equal(3, page.Count);
        Assert.Equal("aa", Encoding.UTF8.GetString(page.Records[0].Data.Span));
        Assert.Equal("cc", Encoding.UTF8.GetString(page.Records[2].Data.Span));
    }

    [Fact]
    public async Task ReadAsync_SealedLog_SaysTheEndOnlyWhenReadUp()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a", "b");
        await Logs.SealAsync(Log, Cancellation);

        using var first = new RecordPage();
        await Logs.ReadAsync(Log, 0, 1, int.MaxValue, first, Cancellation);
        using var second = new RecordPage();
        await Logs.ReadAsync(Log, 1, 1, int.MaxValue, second, Cancellation);
        using var third = new RecordPage();
        await Logs.ReadAsync(Log, 2, 1, int.MaxValue, third, Cancellation);

        Assert.Equal((false, true, true), (first.EndOfShard, second.EndOfShard, third.EndOfShard));
    }

    [Fact]
    public async Task SealAsync_Log_TakesNoMoreRecords()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a");

        Assert.Equal(new LogBounds(0, 1, true), await Logs.SealAsync(Log, Cancellation));
        Assert.Null(await AppendAsync("b"));
        Assert.Equal(new LogBounds(0, 1, true), await Logs.SealAsync(Log, Cancellation));
        Assert.Null(await Logs.SealAsync("other", Cancellation));
        Assert.Equal(["0:a"], await TextsAsync(0));
    }

    [Fact]
    public async Task FindAsync_Times_FindTheFirstRecordAtOrAfter()
    {
        await Logs.CreateAsync(Log, 10, Cancellation);
        var start = Clock.NowMs;
        Assert.Equal(10, await Logs.FindAsync(Log, start, Cancellation));
        await AppendAsync("a", "b");
        Clock.NowMs = start + 1_000;
        await AppendAsync("c", "d");
        Clock.NowMs = start + 2_000;
        await AppendAsync("e");

        Assert.Equal(10, await Logs.FindAsync(Log, 0, Cancellation));
        Assert.Equal(10, await Logs.FindAsync(Log, start, Cancellation));
        Assert.Equal(12, await Logs.FindAsync(Log, start + 1, Cancellation));
        Assert.Equal(12, await Logs.FindAsync(Log, start + 1_000, Cancellation));
        Assert.Equal(14, await Logs.FindAsync(Log, start + 1_001, Cancellation));
        Assert.Equal(15, await Logs.FindAsync(Log, start + 2_001, Cancellation));
        Assert.Equal(0, await Logs.FindAsync("other", 0, Cancellation));
    }

    [Fact]
    public async Task TrimAsync_OldRecords_AreSkippedAndPositionsGoOn()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a", "b");
        Clock.NowMs += 1_000;
        await AppendAsync("c");

        Assert.Equal(2, await Logs.TrimAsync(Log, Clock.NowMs, Cancellation));

        Assert.Equal(new LogBounds(2, 3, false), await Logs.BoundsAsync(Log, Cancellation));
        Assert.Equal(["2:c"], await TextsAsync(0));
        Assert.Equal(2, await Logs.FindAsync(Log, 0, Cancellation));
        Assert.Equal(0, await Logs.TrimAsync(Log, Clock.NowMs, Cancellation));
        Assert.Equal(0, await Logs.TrimAsync("other", Clock.NowMs, Cancellation));
    }

    [Fact]
    public async Task TrimAsync_AllRecords_LeavesAnEmptyLogThatGoesOn()
    {
        await Logs.CreateAsync(Log, 5, Cancellation);
        await AppendAsync(Enumerable.Range(0, 2_500).Select(i => $"{i}").ToArray());

        Assert.Equal(2_500, await Logs.TrimAsync(Log, Clock.NowMs + 1, Cancellation));

        Assert.Equal(new LogBounds(2_505, 2_505, false), await Logs.BoundsAsync(Log, Cancellation));
        using var page = new RecordPage();
        Assert.True(await Logs.ReadAsync(Log, 7, 10, int.MaxValue, page, Cancellation));
        Assert.Equal((0, 2_505L, 2_505L), (page.Count, page.NextPosition, page.EndPosition));
        Assert.Equal(2_505, await AppendAsync("x"));
    }

    [Fact]
    public async Task DeleteAsync_Log_IsGoneAndMayBeMadeAgain()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await Logs.CreateAsync("other", 0, Cancellation);
        await AppendAsync("a");

        await Logs.DeleteAsync(Log, Cancellation);
        await Logs.DeleteAsync(Log, Cancellation);

        Assert.Null(await Logs.BoundsAsync(Log, Cancellation));
        Assert.Null(await AppendAsync("b"));
        await Logs.CreateAsync(Log, 50, Cancellation);
        Assert.Equal(50, await AppendAsync("c"));
        Assert.Equal(["50:c"], await TextsAsync(0));
        Assert.NotNull(await Logs.BoundsAsync("other", Cancellation));
    }

    private async Task<long?> AppendAsync(params string[] data)
        => await Logs.AppendAsync(
            Log, [.. data.Select(one => new LogAppend("k"u8.ToArray(), Encoding.UTF8.GetBytes(one)))], Cancellation);

    private async Task<string[]> TextsAsync(long from)
    {
        using var page = new RecordPage();
        Assert.True(await Logs.ReadAsync(Log, from, 10_000, int.MaxValue, page, Cancellation));
        var texts = new string[page.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = $"{page.Records[i].Position}:{Encoding.UTF8.GetString(page.Records[i].Data.Span)}";
        }

        return texts;
    }
}
