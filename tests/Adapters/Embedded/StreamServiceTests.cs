using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Adapters.Tests.Embedded;

public sealed partial class StreamServiceTests
{
    private const string Name = "orders";

    private readonly StreamHarness _harness;
    private readonly SetClock _clock = new();

    public StreamServiceTests() => _harness = new StreamHarness(new MemoryStore(_clock), _clock);

    private static CancellationToken Cancellation => StreamHarness.Cancellation;

    [Fact]
    public async Task Create_ThreeShards_IsActiveAndCoversAllHashKeys()
    {
        var stream = await CreateAsync(3);

        Assert.Equal("ACTIVE", stream.Status);
        Assert.Equal(["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"], stream.Shards.Select(one => one.Id));
        Assert.Equal("113427455640312821154458202477256070485", stream.Shards[1].StartHash);
        AssertCovers(stream);
        Assert.Matches("^[a-z0-9]{20}-[a-z0-9]{3}$", stream.Id);
    }

    [Fact]
    public async Task Create_Twice_IsRefused()
    {
        await CreateAsync(1);

        var error = await ThrowsAsync(() => _harness.Streams.CreateAsync(new StreamDraft(Name), 1, Cancellation));

        Assert.Equal((ServiceErrorKind.InUse, "Stream orders under account 000000000000 already exists."), (error.Kind, error.Message));
    }

    [Fact]
    public async Task Create_MoreThanTheAccountHas_IsRefused()
    {
        var error = await ThrowsAsync(() => _harness.Streams.CreateAsync(new StreamDraft(Name), 20_001, Cancellation));

        Assert.Equal(ServiceErrorKind.LimitExceeded, error.Kind);
        Assert.Null(await _harness.Streams.FindAsync(Name, Cancellation));
    }

    [Fact]
    public async Task Delete_WithRecords_TakesThemAwayAndANewStreamIsAnother()
    {
        var first = await CreateAsync(2);
        await _harness.PutAsync(Name, StreamHarness.Put("a", "1"));
        await _harness.Streams.DeleteAsync(Name, Cancellation);

        Assert.Null(await _harness.Store.Logs.BoundsAsync(first.LogOf("shardId-000000000000"), Cancellation));
        await Assert.ThrowsAsync<ServiceException>(() => _harness.PutAsync(Name, StreamHarness.Put("a", "2")));
        var second = await CreateAsync(1);
        await _harness.PutAsync(Name, StreamHarness.Put("a", "3"));

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(["3"], await _harness.ReadAsync(Name, "shardId-000000000000"));
    }

    [Theory]
    [InlineData("a", "16955237001963240173058271559858726497")]
    [InlineData("partitionKey", "193318062818912349798954611745638949166")]
    public async Task Put_PartitionKey_GoesToTheShardOfItsMd5(string key, string hash)
    {
        var stream = await CreateAsync(8);

        var result = Assert.Single(await _harness.PutAsync(Name, StreamHarness.Put(key, "x")));

        var shard = stream.Shards.Single(one => one.Id == result.Shard);
        Assert.InRange(UInt128.Parse(hash), UInt128.Parse(shard.StartHash), UInt128.Parse(shard.EndHash));
        Assert.Equal(shard.FirstPosition, result.Position);
    }

    [Fact]
    public async Task Put_ExplicitHashKeys_DecideTheShardAndKeepTheOrder()
    {
        var stream = await CreateAsync(2);
        var high = UInt128.Parse(stream.Shards[1].StartHash);

        var results = await _harness.PutAsync(
            Name,
            StreamHarness.Put("k", "0", high),
            StreamHarness.Put("k", "1", 0),
            StreamHarness.Put("k", "2", UInt128.MaxValue),
            StreamHarness.Put("k", "3", high - 1));

        Assert.Equal(["0", "2"], await _harness.ReadAsync(Name, "shardId-000000000001"));
        Assert.Equal(["1", "3"], await _harness.ReadAsync(Name, "shardId-000000000000"));
        Assert.Equal(results[0].Position + 1, results[2].Position);
    }

    [Fact]
    public async Task Put_AfterAnotherProcessSplit_FindsTheNewShards()
    {
        await CreateAsync(1);
        var old = (await _harness.PutAsync(Name, StreamHarness.Put("a", "1")))[0];
        var other = new StreamHarness(_harness.Store, _clock);
        await other.Streams.SplitAsync(Name, "shardId-000000000000", UInt128.One << 127, Cancellation);

        var result = (await _harness.PutAsync(Name, StreamHarness.Put("a", "2")))[0];

        Assert.Equal("shardId-000000000001", result.Shard);
        Assert.True(result.Position > old.Position);
        Assert.Equal(["2"], await _harness.ReadAsync(Name, "shardId-000000000001"));
    }

    [Fact]
    public async Task Put_AfterAnotherProcessMadeTheStreamAgain_GoesToTheNewOne()
    {
        await CreateAsync(1);
        await _harness.PutAsync(Name, StreamHarness.Put("a", "1"));
        var other = new StreamHarness(_harness.Store, _clock);
        await other.Streams.DeleteAsync(Name, Cancellation);
        await other.Streams.CreateAsync(new StreamDraft(Name), 1, Cancellation);

        Assert.Null((await _harness.PutAsync(Name, StreamHarness.Put("a", "2")))[0].Error);
        Assert.Equal(["2"], await _harness.ReadAsync(Name, "shardId-000000000000"));
    }

    [Fact]
    public async Task Round_OldRecords_AreTrimmedByTheStreamsRetention()
    {
        await CreateAsync(1);
        await _harness.PutAsync(Name, StreamHarness.Put("a", "old"));
        _clock.NowMs += 23 * 3_600_000L;
        await _harness.PutAsync(Name, StreamHarness.Put("a", "new"));
        await _harness.Keeper.RoundAsync(Cancellation);
        Assert.Equal(["old", "new"], await _harness.ReadAsync(Name, "shardId-000000000000"));

        _clock.NowMs += 2 * 3_600_000L;
        await _harness.Keeper.RoundAsync(Cancellation);

        Assert.Equal(["new"], await _harness.ReadAsync(Name, "shardId-000000000000"));
    }

    private static List<StreamShard> Open(StreamConfig stream)
        => [.. stream.Shards.Where(one => one.LastPosition is null).OrderBy(one => UInt128.Parse(one.StartHash))];

    private static void AssertCovers(StreamConfig stream)
    {
        UInt128 next = 0;
        foreach (var shard in Open(stream))
        {
            Assert.Equal(next, UInt128.Parse(shard.StartHash));
            next = UInt128.Parse(shard.EndHash) + 1;
        }

        Assert.Equal(UInt128.Zero, next);
    }

    private static Task<ServiceException> ThrowsAsync(Func<ValueTask> call)
        => Assert.ThrowsAsync<ServiceException>(async () => await call());

    private async Task<StreamConfig> CreateAsync(int shards)
    {
        await _harness.Streams.CreateAsync(new StreamDraft(Name), shards, Cancellation);
        return await _harness.Streams.GetAsync(Name, Cancellation);
    }
}
