using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Streams;

namespace Dispatcher.Adapters.Tests.Embedded;

/// <summary>Shards that are split, merged and resized.</summary>
public sealed partial class StreamServiceTests
{
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
}
