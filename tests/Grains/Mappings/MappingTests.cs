using System.Collections.Concurrent;
using System.Diagnostics;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Mappings;

public sealed class MappingTests
{
    [Fact]
    public async Task Create_WithRecords_DeliversThemInOrderAndSavesTheCheckpoint()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1", "a=2", "a=3");

        var id = await world.CreateAsync();

        await world.UntilCheckpointAsync(id, "s-0", 3);
        Assert.Equal(["a=1", "a=2", "a=3"], (await world.Function.NextAsync()).Records);
        await world.UntilAsync(id, m => m is { State: MappingState.Enabled, LastProcessingResult: "OK", Seeded: true });
        Assert.Contains(world.Source.Commits, c => c is ("s-0", { Next: 3 }));
    }

    [Fact]
    public async Task Function_TurnedOff_IsNotReadForUntilItIsTurnedOn()
    {
        await using var world = new GrainWorld();
        await world.Catalog.Concurrency.CreateAsync(AccountConcurrency.Key, AccountConcurrency.None.WithReserved("f", 0), CancellationToken.None);
        world.Source.Add("s-0").Put("a=1");
        var id = await world.CreateAsync();
        await Eventually.TrueAsync(
            async () => (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards is [{ Running: true }], "the shard runs");
        Assert.Equal(0, world.Source.Reads);

        await world.Catalog.Concurrency.UpdateAsync(AccountConcurrency.Key, account => account.WithReserved("f", 1), CancellationToken.None);
        await world.Notices.FunctionChangedAsync("f", CancellationToken.None);

        Assert.Equal(["a=1"], (await world.Function.NextAsync()).Records);
    }

    [Fact]
    public async Task Create_Latest_MeansTheMomentOfCreation()
    {
        var store = new MemoryStore();
        MappingId id;
        await using (var first = new GrainWorld(store))
        {
            first.Source.Add("s-0").Put("a=old");
            id = await first.CreateAsync(m => m with { StartingPosition = "LATEST" });
            await first.UntilAsync(id, m => m!.State == MappingState.Enabled);
        }

        // The process ends before it read anything; what comes meanwhile is not lost.
        await using var second = new GrainWorld(store);
        second.Source.Add("s-0").Put("a=old", "a=new");
        await second.Mapping(id).ReconcileAsync(CancellationToken.None);
        Assert.Equal(["a=new"], (await second.Function.NextAsync()).Records);
    }

    [Fact]
    public async Task Shard_EndedAndMadeAnewUnderItsName_IsReadFromItsBeginning()
    {
        await using var world = new GrainWorld();
        var old = world.Source.Add("s-0");
        old.Put("a=1", "a=2");
        old.Close();
        var id = await world.CreateAsync();
        Assert.Equal(["a=1", "a=2"], (await world.Function.NextAsync()).Records);
        await Eventually.TrueAsync(
            async () => (await world.Store.Checkpoints.ListAsync(id, CancellationToken.None)).GetValueOrDefault("s-0")?.Ended == true, "the shard has ended");

        var anew = world.Source.AddAt(1_000, "s-0");
        anew.Put("a=3");
        Assert.Equal(["a=3"], (await world.Function.NextAsync()).Records);
        await world.UntilCheckpointAsync(id, "s-0", 1_001);

        anew.Close();
        await Eventually.TrueAsync(
            async () => (await world.Store.Checkpoints.ListAsync(id, CancellationToken.None))["s-0"] is { Ended: true, Next: 1_001 }, "the new shard has ended");
    }

    [Fact]
    public async Task Traced_FromPollToCheckpoint_IsOneTrace()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1");

        var id = await world.CreateAsync();
        await world.UntilCheckpointAsync(id, "s-0", 1);

        // Other tests run beside this one and are heard too.
        Activity? Named(string name, string tag, string value, ActivitySpanId? parent = null) => spans.FirstOrDefault(
            s => s.OperationName == name && s.GetTagItem(tag) as string == value && (parent is null || s.ParentSpanId == parent));
        var shard = new ShardKey(id, "s-0").ToString();
        await Eventually.TrueAsync(() => Task.FromResult(Named("checkpoint", "dispatcher.shard", shard) is not null), "the checkpoint's span has ended");
        var batch = Named("batch", "dispatcher.mapping", id.ToString())!;
        var poll = Named("poll", "dispatcher.mapping", id.ToString())!;
        var checkpoint = Named("checkpoint", "dispatcher.shard", shard)!;
        Assert.Equal(poll.SpanId, batch.ParentSpanId);
        Assert.Equal(batch.SpanId, checkpoint.ParentSpanId);
        Assert.Equal(poll.TraceId, checkpoint.TraceId);
    }

    [Fact]
    public async Task Disable_WhileABatchRuns_WaitsForItAndResumesBehindIt()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        var shard = world.Source.Add("s-0");
        shard.Put("a=1", "a=2");
        var id = await world.CreateAsync();
        var running = await world.Function.NextAsync();

        await world.ChangeAsync(id, m => m with { Enabled = false, State = MappingState.Disabling });

        // Until the shard has heard of it, it may begin another batch.
        await Eventually.TrueAsync(
            async () => !(await world.Shard(new ShardKey(id, "s-0")).StatusAsync(CancellationToken.None)).Running, "reading stops");
        shard.Put("a=3");
        Assert.Equal(MappingState.Disabling, (await world.ReadAsync(id))!.State);
        running.Succeed();
        await world.UntilAsync(id, m => m!.State == MappingState.Disabled);
        Assert.Equal(0, world.Function.Waiting);
        Assert.Equal(0, world.Source.Open);

        await world.ChangeAsync(id, m => m with { Enabled = true, State = MappingState.Enabling });
        var next = await world.Function.NextAsync();
        Assert.Equal(["a=3"], next.Records);
        next.Succeed();
        await world.UntilAsync(id, m => m!.State == MappingState.Enabled);
    }

    [Fact]
    public async Task Children_OfASplitShard_StartWhenTheirParentIsDone()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        var parent = world.Source.Add("s-0");
        parent.Put("a=1");
        parent.Close();
        world.Source.Add("s-1", "s-0").Put("a=2");
        world.Source.Add("s-2", "s-0").Put("b=2");

        var id = await world.CreateAsync();
        var first = await world.Function.NextAsync();
        Assert.Equal(["a=1"], first.Records);
        await world.UntilAsync(id, m => m!.State == MappingState.Enabled);
        Assert.Equal(0, world.Function.Waiting);
        first.Succeed();

        string[] children = [.. (await world.Function.NextAsync()).Records, .. (await world.Function.NextAsync()).Records];
        Assert.Equal(["a=2", "b=2"], children.Order());
    }

    [Fact]
    public async Task Shards_AddedLater_AreFoundAndReadFromTheirBeginning()
    {
        await using var world = new GrainWorld();
        world.Source.Add("t-0");
        var id = await world.CreateAsync(m => m with { StartingPosition = "LATEST" });
        await world.UntilAsync(id, m => m!.State == MappingState.Enabled);

        world.Source.Add("t-1").Put("a=1");

        Assert.Equal(["a=1"], (await world.Function.NextAsync()).Records);
    }

    [Fact]
    public async Task Delete_RunningMapping_TakesDocumentAndCheckpointsAway()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1");
        var id = await world.CreateAsync();
        await world.UntilCheckpointAsync(id, "s-0", 1);

        await world.ChangeAsync(id, m => m with { State = MappingState.Deleting });

        await world.UntilAsync(id, m => m is null);
        Assert.Empty(await world.Store.Checkpoints.ListAsync(id, CancellationToken.None));
        Assert.Equal(0, world.Source.Open);
    }

    [Fact]
    public async Task Update_BatchSize_ActsWithoutARestartOfTheShard()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        var shard = world.Source.Add("s-0");
        shard.Put("a=1");
        var id = await world.CreateAsync();
        var first = await world.Function.NextAsync();
        var epoch = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single().Epoch;

        await world.ChangeAsync(id, m => m with { BatchSize = 1, State = MappingState.Updating });
        await world.UntilAsync(id, m => m!.State == MappingState.Enabled);
        shard.Put("a=2", "a=3");
        first.Succeed();

        var second = await world.Function.NextAsync();
        Assert.Equal(["a=2"], second.Records);
        Assert.Equal(epoch, (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single().Epoch);
    }
}
