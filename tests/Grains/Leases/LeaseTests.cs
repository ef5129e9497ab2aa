using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Leases;

public sealed class LeaseTests
{
    private static readonly ClusterConfig s_cluster = new() { Enabled = true, LeaseSeconds = 1 };

    [Fact]
    public async Task Store_Silent_NothingIsBegunUntilItAnswersAndThenItGoesOn()
    {
        var store = new StoreWith(new MemoryStore());
        await using var world = new GrainWorld(store, s_cluster);
        world.Function.Answer = null;
        var shard = world.Source.Add("s-0");
        shard.Put("a=1");
        var id = await world.CreateAsync();
        var inFlight = await world.Function.NextAsync();
        store.Broken = true;
        await Eventually.TrueAsync(async () => (await ShardAsync(world, id)).Error is not null, "the lease has lapsed");

        // What runs may end; nothing else begins.
        shard.Put("a=2");
        inFlight.Succeed();
        await Eventually.TrueAsync(() => store.Failed > 0, "the batch has ended and its checkpoint could not be saved");
        var asked = store.Asked;
        await Eventually.TrueAsync(() => store.Asked > asked + 2, "the store was asked in vain");
        Assert.Equal(0, world.Function.Waiting);

        store.Broken = false;
        var next = await world.Function.NextAsync();
        Assert.Equal(["a=2"], next.Records);
        Assert.Equal((1L, null), (await ShardAsync(world, id)) is var s ? (s.Epoch, s.Error) : default);
        next.Succeed();
        await world.UntilCheckpointAsync(id, "s-0", 2);
    }

    [Fact]
    public async Task Lease_TakenFromAnIdleShard_EndsItWithoutASave()
    {
        var store = new StoreWith(new MemoryStore());
        await using var world = new GrainWorld(store, s_cluster);
        world.Source.Add("s-0");
        var id = await world.CreateAsync();
        await Eventually.TrueAsync(async () => (await ShardAsync(world, id)) is { Running: true, Epoch: 1 }, "the shard runs");

        await store.TakeAsync(new ShardKey(id, "s-0"), "other", CancellationToken.None);

        // The mapping's next pass takes it back.
        await Eventually.TrueAsync(async () => (await ShardAsync(world, id)) is { Running: true, Epoch: 3 }, "the shard has stopped and is taken again");
    }

    [Fact]
    public async Task Lease_InOneProcess_NobodyAsksForIt()
    {
        var store = new StoreWith(new MemoryStore());
        await using (var world = new GrainWorld(store, new ClusterConfig { LeaseSeconds = 1 }))
        {
            var shard = world.Source.Add("s-0");
            var id = await world.CreateAsync();
            for (var i = 1; i <= 3; i++)
            {
                shard.Put("a=" + i);
                await world.UntilCheckpointAsync(id, "s-0", i);
            }
        }

        Assert.Equal(0, store.Asked);
    }

    private static async Task<ShardStatus> ShardAsync(GrainWorld world, MappingId id)
        => (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.FirstOrDefault() ?? new ShardStatus("", false, 0, null, 0, []);
}
