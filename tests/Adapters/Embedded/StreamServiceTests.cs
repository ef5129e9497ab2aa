using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Adapters.Tests.Embedded;

public sealed class StreamServiceTests
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
    public async Task Split_OpenShard_ChildrenBeginAboveTheParent()
    {
        await CreateAsync(1);
        await _harness.PutAsync(Name, StreamHarness.Put("a", "1"), StreamHarness.Put("b", "2"));

        await _harness.Streams.SplitAsync(Name, "shardId-000000000000", 1000, Cancellation);

        var stream = await _harness.Streams.GetAsync(Name, Cancellation);
        Assert.Equal("ACTIVE", stream.Status);
        Assert.Equal(3, stream.Shards.Count);
        Assert.Equal(("0", "999"), (stream.Shards[1].StartHash, stream.Shards[1].EndHash));
        Assert.All(stream.Shards.Skip(1), child =>
        {
            Assert.Equal(["shardId-000000000000"], child.Parents);
            Assert.True(child.FirstPosition > stream.Shards[0].LastPosition);
        });
        AssertCovers(stream);
    }

    [Fact]
    public async Task Merge_Neighbours_ChildBeginsAboveBothInEitherOrder()
    {
        await CreateAsync(2);
        await _harness.PutAsync(Name, [.. Enumerable.Range(0, 9).Select(i => StreamHarness.Put("k", $"{i}", UInt128.MaxValue))]);

        await _harness.Streams.MergeAsync(Name, "shardId-000000000001", "shardId-000000000000", Cancellation);

        var stream = await _harness.Streams.GetAsync(Name, Cancellation);
        var child = stream.Shards[2];
        Assert.Equal(["shardId-000000000000", "shardId-000000000001"], child.Parents);
        Assert.All(stream.Shards.Take(2), parent => Assert.True(parent.LastPosition >= parent.FirstPosition && child.FirstPosition > parent.LastPosition));
        AssertCovers(stream);
    }

    [Fact]
    public async Task Merge_Strangers_IsRefused()
    {
        await CreateAsync(3);

        var error = await ThrowsAsync(() => _harness.Streams.MergeAsync(Name, "shardId-000000000000", "shardId-000000000002", Cancellation));

        Assert.Contains("are not an adjacent pair of shards eligible for merging", error.Message);
    }

    [Theory]
    [InlineData("shardId-000000000007", "5", ServiceErrorKind.NotFound)]
    [InlineData("shardId-000000000000", "0", ServiceErrorKind.InvalidParameterValue)]
    [InlineData("shardId-000000000000", "340282366920938463463374607431768211455", ServiceErrorKind.InvalidParameterValue)]
    public async Task Split_WrongShardOrKey_IsRefusedAndChangesNothing(string shard, string hash, ServiceErrorKind kind)
    {
        var before = await CreateAsync(1);

        var error = await ThrowsAsync(() => _harness.Streams.SplitAsync(Name, shard, UInt128.Parse(hash), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Equal(before.Shards.Count, (await _harness.Streams.GetAsync(Name, Cancellation)).Shards.Count);
    }

    [Fact]
    public async Task Split_ClosedShard_IsRefused()
    {
        await CreateAsync(1);
        await _harness.Streams.SplitAsync(Name, "shardId-000000000000", 1000, Cancellation);

        var error = await ThrowsAsync(() => _harness.Streams.SplitAsync(Name, "shardId-000000000000", 2000, Cancellation));

        Assert.Contains("has already been merged or split", error.Message);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(5, 3)]
    [InlineData(4, 7)]
    [InlineData(10, 9)]
    [InlineData(3, 6)]
    public async Task Resize_AnyCount_EndsWithUniformShardsOfAtMostTwoParents(int from, int to)
    {
        await CreateAsync(from);

        var before = await _harness.Streams.ResizeAsync(Name, to, Cancellation);

        var stream = await _harness.Streams.GetAsync(Name, Cancellation);
        Assert.Equal(from, before.Shards.Count);
        Assert.Equal("ACTIVE", stream.Status);
        Assert.Null(stream.TargetShards);
        Assert.Equal(to, Open(stream).Count);
        Assert.All(stream.Shards, one => Assert.InRange(one.Parents.Count, 0, 2));
        var expected = Enumerable.Range(0, to).Select(i => (UInt128.MaxValue / (UInt128)to * (UInt128)i) + Rest(to, i));
        Assert.Equal(expected, Open(stream).Select(one => UInt128.Parse(one.StartHash)));
        AssertCovers(stream);
    }

    [Theory]
    [InlineData(4, 9)]
    [InlineData(4, 1)]
    public async Task Resize_TooFar_IsRefused(int from, int to)
    {
        await CreateAsync(from);

        Assert.Equal(ServiceErrorKind.LimitExceeded, (await Assert.ThrowsAsync<ServiceException>(async () => await _harness.Streams.ResizeAsync(Name, to, Cancellation))).Kind);
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

    [Fact]
    public async Task Put_WhileShardsSplitAndMerge_StoresEveryRecordOnceAndInOrder()
    {
        await CreateAsync(2);
        using var done = new CancellationTokenSource();
        var puts = new List<Task<List<(string Key, int Number, StreamPutResult Result)>>>();
        for (var p = 0; p < 3; p++)
        {
            puts.Add(Task.Run(() => PutManyAsync($"key-{puts.Count}-{Guid.NewGuid()}", done.Token)));
        }

        foreach (var target in (int[])[4, 3, 6, 3, 2, 1, 2])
        {
            await _harness.Streams.ResizeAsync(Name, target, Cancellation);
        }

        await done.CancelAsync();
        var stored = (await Task.WhenAll(puts)).SelectMany(one => one).ToList();
        var stream = await _harness.Streams.GetAsync(Name, Cancellation);
        var read = new List<string>();
        foreach (var shard in stream.Shards)
        {
            read.AddRange(await _harness.ReadAsync(Name, shard.Id));
        }

        Assert.Equal(stored.Select(one => $"{one.Key}#{one.Number}").Order(), read.Order());
        Assert.All(stored, one => Assert.Null(one.Result.Error));
        Assert.All(stored.GroupBy(one => one.Key), key => Assert.Equal(
            key.OrderBy(one => one.Number).Select(one => one.Number),
            key.OrderBy(one => one.Result.Position).Select(one => one.Number)));
    }

    private async Task<List<(string Key, int Number, StreamPutResult Result)>> PutManyAsync(string key, CancellationToken done)
    {
        var stored = new List<(string, int, StreamPutResult)>();
        for (var i = 0; (!done.IsCancellationRequested && i < 2000) || i < 50; i++)
        {
            stored.Add((key, i, (await _harness.PutAsync(Name, StreamHarness.Put(key, $"{key}#{i}")))[0]));
            await Task.Yield();
        }

        return stored;
    }

    private static UInt128 Rest(int to, int i) => UInt128.MaxValue % (UInt128)to == (UInt128)(to - 1) ? (UInt128)i : 0;

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
