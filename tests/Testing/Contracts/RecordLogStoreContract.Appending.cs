using System.Text;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What is appended to a log, and where it comes to lie.</summary>
public abstract partial class RecordLogStoreContract
{
    [Fact]
    public async Task AppendAsync_Records_GetGaplessPositions()
    {
        await Logs.CreateAsync(Log, 100, Cancellation);

        Assert.Equal(100, await AppendAsync("a", "b", "c"));
        Assert.Equal(103, await AppendAsync("d"));

        Assert.Equal(["100:a", "101:b", "102:c", "103:d"], await TextsAsync(100));
    }

    [Fact]
    public async Task AppendAsync_NoRecords_ReturnsTheNextPosition()
    {
        await Logs.CreateAsync(Log, 100, Cancellation);

        Assert.Equal(100, await AppendAsync());
        Assert.Equal(new LogBounds(100, 100, false), await Logs.BoundsAsync(Log, Cancellation));
    }

    [Fact]
    public async Task AppendAsync_KeysDataAndTime_ComeBackAsTheyWere()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var data = new byte[70_000];
        new Random(3).NextBytes(data);
        await Logs.AppendAsync(
            Log, [new("key-é"u8.ToArray(), data), new("k"u8.ToArray(), default), new(default, default)], Cancellation);

        using var page = new RecordPage();
        Assert.True(await Logs.ReadAsync(Log, 0, 10, int.MaxValue, page, Cancellation));

        Assert.Equal(3, page.Count);
        Assert.Equal("key-é", Encoding.UTF8.GetString(page.Records[0].Key.Span));
        Assert.True(page.Records[0].Data.Span.SequenceEqual(data));
        Assert.Equal((1, 0), (page.Records[1].Key.Length, page.Records[1].Data.Length));
        Assert.Equal((0, 0), (page.Records[2].Key.Length, page.Records[2].Data.Length));
        Assert.Equal(Clock.NowMs, page.Records[0].TimestampMs);
        Assert.Equal(RecordFlags.None, page.Records[2].Flags);
    }

    [Fact]
    public async Task AppendAsync_MissingLog_IsNull() => Assert.Null(await AppendAsync("a"));

    [Fact]
    public async Task AppendAsync_ManyCallers_PositionsAreGaplessAndEachBatchIsTogether()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);

        var firsts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            Task.Run(async () => (Caller: i, First: await AppendAsync($"{i}-0", $"{i}-1", $"{i}-2")))));

        var found = await TextsAsync(0);
        Assert.Equal(120, found.Length);
        foreach (var (caller, first) in firsts)
        {
            var at = (int)first!.Value;
            Assert.Equal([$"{at}:{caller}-0", $"{at + 1}:{caller}-1", $"{at + 2}:{caller}-2"], found[at..(at + 3)]);
        }
    }

    [Fact]
    public async Task AppendAsync_OneAfterTheOther_IsVisibleToTheNextRead()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        for (var i = 0; i < 50; i++)
        {
            await AppendAsync($"{i}");
            Assert.Equal([$"{i}:{i}"], await TextsAsync(i));
        }
    }

    [Fact]
    public async Task AppendAsync_ClockGoesBack_TimestampsDoNot()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a");
        var before = Clock.NowMs;
        Clock.NowMs -= 5_000;
        await AppendAsync("b");

        using var page = new RecordPage();
        await Logs.ReadAsync(Log, 0, 10, int.MaxValue, page, Cancellation);

        Assert.Equal(before, page.Records[1].TimestampMs);
    }
}
