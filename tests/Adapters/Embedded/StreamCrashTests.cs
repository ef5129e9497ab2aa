using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Adapters.Tests.Embedded;

/// <summary>Every change of a stream is interrupted at each of its writes and then met by a new process.</summary>
public sealed class StreamCrashTests
{
    private const string Name = "orders";

    private readonly SetClock _clock = new();

    private static CancellationToken Cancellation => StreamHarness.Cancellation;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Create_InterruptedAnywhere_IsFinishedOrNeverWas(bool byKeeper) => EveryCrashAsync(
        _ => ValueTask.CompletedTask,
        streams => streams.CreateAsync(new StreamDraft(Name), 3, Cancellation),
        async after =>
        {
            if (await FindAsync(after, byKeeper) is { } stream)
            {
                Assert.Equal(("ACTIVE", 3), (stream.Status, stream.Shards.Count));
                Assert.Null((await after.PutAsync(Name, StreamHarness.Put("a", "1")))[0].Error);
            }
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Resize_InterruptedAnywhere_EndsAtTheTargetOrNeverBegan(bool byKeeper) => EveryCrashAsync(
        CreateAsync,
        async streams => await streams.ResizeAsync(Name, 3, Cancellation),
        async after =>
        {
            var stream = (await FindAsync(after, byKeeper))!;
            Assert.Equal("ACTIVE", stream.Status);
            Assert.Contains(stream.Shards.Count(one => one.LastPosition is null), (int[])[3, 4]);
            await AssertNothingLostAsync(after, stream);
        });

    [Fact]
    public Task Split_InterruptedAnywhere_APutFinishesIt() => EveryCrashAsync(
        CreateAsync,
        streams => streams.SplitAsync(Name, "shardId-000000000001", UInt128.One << 126 | 77, Cancellation),
        async after =>
        {
            var result = (await after.PutAsync(Name, StreamHarness.Put("k", "later", UInt128.One << 126 | 99)))[0];
            Assert.Null(result.Error);
            var stream = await after.Streams.GetAsync(Name, Cancellation);
            Assert.Equal("ACTIVE", stream.Status);
            await AssertNothingLostAsync(after, stream);
        });

    [Fact]
    public Task Delete_InterruptedAnywhere_IsGoneOrWhole() => EveryCrashAsync(
        CreateAsync,
        streams => streams.DeleteAsync(Name, Cancellation),
        async after =>
        {
            if (await FindAsync(after, byKeeper: true) is { } stream)
            {
                await AssertNothingLostAsync(after, stream);
            }

            await after.Streams.CreateAsync(new StreamDraft("other"), 1, Cancellation);
        });

    private static async Task<StreamConfig?> FindAsync(StreamHarness after, bool byKeeper)
    {
        if (byKeeper)
        {
            await after.Keeper.RoundAsync(Cancellation);
        }

        return byKeeper
            ? (await new Catalog(after.Store).Streams.FindAsync(Name, Cancellation))?.Value
            : await after.Streams.FindAsync(Name, Cancellation);
    }

    private static async Task AssertNothingLostAsync(StreamHarness after, StreamConfig stream)
    {
        var read = new List<string>();
        foreach (var shard in stream.Shards)
        {
            read.AddRange((await after.ReadAsync(Name, shard.Id)).Where(one => one != "later"));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"{i:D2}"), read.Order());
    }

    private async ValueTask CreateAsync(StreamHarness before)
    {
        await before.Streams.CreateAsync(new StreamDraft(Name), 4, Cancellation);
        await before.PutAsync(Name, [.. Enumerable.Range(0, 40).Select(i => StreamHarness.Put($"key-{i}", $"{i:D2}"))]);
    }

    private async Task EveryCrashAsync(
        Func<StreamHarness, ValueTask> before, Func<IStreams, ValueTask> change, Func<StreamHarness, Task> check)
    {
        for (var writes = 0; ; writes++)
        {
            Assert.True(writes < 200, "the change never ends");
            var memory = new MemoryStore(_clock);
            await before(new StreamHarness(memory, _clock));
            var crashing = new CrashingStore(memory, writes);
            var error = await Xunit.Record.ExceptionAsync(async () => await change(new StreamHarness(crashing, _clock).Streams));
            Assert.Equal(crashing.Crashed, error is StoreException);
            await check(new StreamHarness(memory, _clock));
            if (!crashing.Crashed)
            {
                Assert.True(writes >= 2, "there was nothing to interrupt");
                return;
            }
        }
    }
}
