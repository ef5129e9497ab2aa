using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="ICheckpointStore"/> does.</summary>
public abstract class CheckpointStoreContract : StoreContract
{
    private readonly MappingId _mapping = MappingId.New();

    private ICheckpointStore Checkpoints => Store.Checkpoints;

    private ShardKey Shard => new(_mapping, "shardId-000000000000");

    [Fact]
    public async Task TakeAsync_NewShard_HasEpochOneAndNoCheckpoint()
    {
        var lease = await TakeAsync();

        Assert.Equal(new ShardLease(Shard, 1, null), lease);
    }

    [Fact]
    public async Task TakeAsync_Again_RaisesTheEpochByOne()
    {
        await TakeAsync();
        await TakeAsync();

        Assert.Equal(3, (await TakeAsync()).Epoch);
    }

    [Fact]
    public async Task TakeAsync_ManyAtOnce_GiveDifferentEpochs()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => TakeAsync())));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), leases.Select(one => one.Epoch).Order());
    }

    [Fact]
    public async Task ConfirmAsync_ManyLeases_ReturnsThoseThatSomebodyElseTookOrThatAreGone()
    {
        var shards = Enumerable.Range(0, 5).Select(i => new ShardKey(_mapping, $"s-{i}")).ToArray();
        var gone = new ShardKey(MappingId.New(), "s-0");
        List<LeaseClaim> claims = [new LeaseClaim(gone, (await Checkpoints.TakeAsync(gone, "a", Cancellation)).Epoch)];
        foreach (var shard in shards)
        {
            claims.Add(new LeaseClaim(shard, (await Checkpoints.TakeAsync(shard, "a", Cancellation)).Epoch));
        }

        Assert.Empty(await Checkpoints.ConfirmAsync(claims, Cancellation));
        Assert.Empty(await Checkpoints.ConfirmAsync([], Cancellation));

        await Checkpoints.TakeAsync(shards[3], "b", Cancellation);
        await Checkpoints.DeleteAsync(gone.Mapping, Cancellation);
        var lost = await Checkpoints.ConfirmAsync(claims, Cancellation);

        Assert.Equal(2, lost.Count);
        Assert.Equal([claims[0], claims[4]], lost.ToHashSet());
    }

    [Fact]
    public async Task SaveAsync_NewestEpoch_IsSavedWhole()
    {
        var lease = await TakeAsync();
        var checkpoint = new Checkpoint(42)
        {
            Finished = [new(50, 60), new(70, 70)],
            Troubled = [new([new(42, 45), new(61, 61)], 4, 3, 1_700_000_000_123), new([new(46, 46)], 1, 0, 0)],
            Ended = true,
        };

        Assert.Equal(CheckpointWrite.Saved, await SaveAsync(lease.Epoch, checkpoint));

        AssertSame(checkpoint, (await TakeAsync()).Checkpoint);
    }

    [Fact]
    public async Task SaveAsync_OldEpoch_IsFencedAndChangesNothing()
    {
        var old = await TakeAsync();
        var present = await TakeAsync();
        await SaveAsync(present.Epoch, new Checkpoint(10));

        Assert.Equal(CheckpointWrite.Fenced, await SaveAsync(old.Epoch, new Checkpoint(99)));
        Assert.Equal(CheckpointWrite.Fenced, await SaveAsync(present.Epoch + 1, new Checkpoint(99)));

        AssertSame(new Checkpoint(10), (await TakeAsync()).Checkpoint);
    }

    [Fact]
    public async Task SaveAsync_OldEpochWithLowerNext_IsFenced()
    {
        var old = await TakeAsync();
        await SaveAsync((await TakeAsync()).Epoch, new Checkpoint(10));

        Assert.Equal(CheckpointWrite.Fenced, await SaveAsync(old.Epoch, new Checkpoint(5)));
    }

    [Fact]
    public async Task SaveAsync_NeverTakenShard_IsFenced()
    {
        Assert.Equal(CheckpointWrite.Fenced, await SaveAsync(1, new Checkpoint(1)));
        Assert.Empty(await Checkpoints.ListAsync(_mapping, Cancellation));
    }

    [Fact]
    public async Task SaveAsync_LowerNext_ThrowsAndChangesNothing()
    {
        var lease = await TakeAsync();
        await SaveAsync(lease.Epoch, new Checkpoint(10));

        await Assert.ThrowsAsync<InvalidOperationException>(() => SaveAsync(lease.Epoch, new Checkpoint(9)));

        Assert.Equal(CheckpointWrite.Saved, await SaveAsync(lease.Epoch, new Checkpoint(10)));
    }

    [Fact]
    public async Task SaveAsync_ManyShardsAtOnce_EachKeepsItsOwn()
    {
        var shards = Enumerable.Range(0, 50).Select(i => new ShardKey(_mapping, $"shard-{i}")).ToArray();
        foreach (var shard in shards)
        {
            await Checkpoints.TakeAsync(shard, "me", Cancellation);
        }

        await Task.WhenAll(shards.Select((shard, i) =>
            Task.Run(async () => await Checkpoints.SaveAsync(shard, 1, new Checkpoint(i), Cancellation))));

        var saved = await Checkpoints.ListAsync(_mapping, Cancellation);
        Assert.Equal(
            shards.Select((shard, i) => (shard.Shard, (long)i)).Order(),
            saved.Select(one => (one.Key, one.Value.Next)).Order());
    }

    [Fact]
    public async Task SeedAsync_NewShards_AreTakenWithTheirCheckpoint()
    {
        await SeedAsync(Shard.Shard, new Checkpoint(7));

        var lease = await TakeAsync();

        Assert.Equal(1, lease.Epoch);
        AssertSame(new Checkpoint(7), lease.Checkpoint);
        Assert.Equal(CheckpointWrite.Saved, await SaveAsync(1, new Checkpoint(8)));
    }

    [Fact]
    public async Task SeedAsync_ShardsWithCheckpoint_KeepTheirs()
    {
        await SeedAsync(Shard.Shard, new Checkpoint(7));
        await SaveAsync((await TakeAsync()).Epoch, new Checkpoint(20));

        await SeedAsync(Shard.Shard, new Checkpoint(1));

        AssertSame(new Checkpoint(20), (await TakeAsync()).Checkpoint);
    }

    [Fact]
    public async Task SeedAsync_ShardTakenWithoutCheckpoint_GetsOneAndKeepsItsEpoch()
    {
        await TakeAsync();

        await SeedAsync(Shard.Shard, new Checkpoint(7));

        AssertSame(new Checkpoint(7), (await Checkpoints.ListAsync(_mapping, Cancellation))[Shard.Shard]);
        Assert.Equal(2, (await TakeAsync()).Epoch);
    }

    [Fact]
    public async Task ListAsync_TakenButNeverSaved_IsLeftOut()
    {
        await TakeAsync();
        await SeedAsync("seeded", new Checkpoint(3));
        await Checkpoints.SeedAsync(
            MappingId.New(), new Dictionary<string, Checkpoint> { ["else"] = new(1) }, Cancellation);

        var listed = await Checkpoints.ListAsync(_mapping, Cancellation);

        var (shard, checkpoint) = Assert.Single(listed);
        Assert.Equal("seeded", shard);
        AssertSame(new Checkpoint(3), checkpoint);
    }

    [Fact]
    public async Task DeleteAsync_Mapping_ForgetsItsShardsAndFencesThem()
    {
        var lease = await TakeAsync();
        await SaveAsync(lease.Epoch, new Checkpoint(10));
        var other = new ShardKey(MappingId.New(), "s");
        await Checkpoints.TakeAsync(other, "me", Cancellation);

        await Checkpoints.DeleteAsync(_mapping, Cancellation);

        Assert.Empty(await Checkpoints.ListAsync(_mapping, Cancellation));
        Assert.Equal(CheckpointWrite.Fenced, await SaveAsync(lease.Epoch, new Checkpoint(11)));
        Assert.Equal(
            CheckpointWrite.Saved, await Checkpoints.SaveAsync(other, 1, new Checkpoint(1), Cancellation));
    }

    private static void AssertSame(Checkpoint expected, Checkpoint? found)
    {
        Assert.NotNull(found);
        Assert.Equal((expected.Next, expected.Ended), (found.Next, found.Ended));
        Assert.Equal(expected.Finished, found.Finished);
        Assert.Equal(expected.Troubled.Count, found.Troubled.Count);
        foreach (var (left, right) in expected.Troubled.Zip(found.Troubled))
        {
            Assert.Equal(left.Ranges, right.Ranges);
            Assert.Equal((left.Count, left.Attempts, left.FirstFailureMs), (right.Count, right.Attempts, right.FirstFailureMs));
        }
    }

    private async Task<ShardLease> TakeAsync() => await Checkpoints.TakeAsync(Shard, "me", Cancellation);

    private async Task<CheckpointWrite> SaveAsync(long epoch, Checkpoint checkpoint)
        => await Checkpoints.SaveAsync(Shard, epoch, checkpoint, Cancellation);

    private async Task SeedAsync(string shard, Checkpoint checkpoint)
        => await Checkpoints.SeedAsync(_mapping, new Dictionary<string, Checkpoint> { [shard] = checkpoint }, Cancellation);
}
