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

    [Theory]
    [InlineData("arn:aws:kinesis:us-east-1:000000000000:stream/s", "User action")]
    [InlineData("arn:aws:sqs:us-east-1:000000000000:q", "USER_INITIATED")]
    public async Task Problem_Over_ReasonIsTheUsersAgain(string source, string reason)
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0");
        world.Source.ListError = new SourceException(SourceErrorKind.Unavailable, "away");
        var id = await world.CreateAsync(m => m with { EventSourceArn = source });
        await world.UntilAsync(id, m => m!.StateReason == "EVENT_SOURCE_UNAVAILABLE");

        world.Source.ListError = null;

        await world.UntilAsync(id, m => m is { State: MappingState.Enabled, LastProcessingResult: "No records processed" } && m.StateReason == reason);
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
    public async Task Function_Fails_IsShownAndTriedAgainWithTheSameRecords()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        world.Source.Add("s-0").Put("a=1", "a=2");
        var id = await world.CreateAsync();

        (await world.Function.NextAsync()).Fail();
        await world.UntilAsync(id, m => m!.LastProcessingResult == "PROBLEM: Function call failed");
        var shard = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single();
        Assert.Equal(("s-0", true, 0L), (shard.Shard, shard.Running, shard.Next));
        var again = await world.Function.NextAsync();
        Assert.Equal(["a=1", "a=2"], again.Records);
        var lane = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single().Lanes.Single();
        Assert.Equal(("Invoking", 1, 0L), (lane.State, lane.Attempts, lane.TroubledFrom));
        Assert.Contains("boom", lane.LastError);
        again.Succeed();
        await world.UntilCheckpointAsync(id, "s-0", 2);
        await world.UntilAsync(id, m => m!.LastProcessingResult == "OK");
    }

    [Fact]
    public async Task Function_FailsWithReportedItems_GoesOnAtTheFirstFailedRecord()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = null;
        world.Source.Add("s-0").Put("a=1", "a=2", "a=3");
        await world.CreateAsync(m => m with { ReportBatchItemFailures = true });

        var answer = $$"""{"batchItemFailures":[{"itemIdentifier":"{{SequenceNumber.Format(1)}}"}]}""";
        (await world.Function.NextAsync()).Outcome.SetResult(
            new Contracts.Invocations.InvocationOutcome.Succeeded(System.Text.Encoding.UTF8.GetBytes(answer)));

        Assert.Equal(["a=2", "a=3"], (await world.Function.NextAsync()).Records);
    }

    [Fact]
    public async Task Restart_InTrouble_GoesOnWithTheSameBatchAndItsAttempts()
    {
        var store = new MemoryStore();
        MappingId id;
        await using (var first = new GrainWorld(store))
        {
            first.Function.Answer = call => new Contracts.Invocations.InvocationOutcome.FunctionError("Unhandled", default, "Error");
            first.Source.Add("s-0").Put("a=1", "a=2");
            id = await first.CreateAsync();
            await first.Function.NextAsync();
            await Dispatcher.Testing.Eventually.TrueAsync(
                async () => (await store.Checkpoints.ListAsync(id, CancellationToken.None))["s-0"].Troubled is [{ Count: 2, Attempts: >= 1 }], "the trouble is saved");
        }

        await using var second = new GrainWorld(store);
        second.Function.Answer = null;
        second.Source.Add("s-0").Put("a=1", "a=2", "a=3");
        await second.Mapping(id).ReconcileAsync(CancellationToken.None);
        var again = await second.Function.NextAsync();
        Assert.Equal(["a=1", "a=2"], again.Records);
        Assert.True((await second.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single().Lanes.Single().Attempts >= 1);
        again.Succeed();
        Assert.Equal(["a=3"], (await second.Function.NextAsync()).Records);
    }

    [Fact]
    public async Task Source_CannotBeListed_ShowsWhyAndRecovers()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1");
        world.Source.ListError = new SourceException(SourceErrorKind.Authentication, "SASL authentication failed");

        var id = await world.CreateAsync();
        await world.UntilAsync(id, m => m is
        {
            State: MappingState.Creating, StateReason: "EVENT_SOURCE_AUTHN_ERROR", LastProcessingResult: "PROBLEM: SASL authentication failed",
        });

        world.Source.ListError = null;
        await world.UntilAsync(id, m => m is { State: MappingState.Enabled, StateReason: "User action", LastProcessingResult: "OK" or "No records processed" });
        Assert.Equal(["a=1"], (await world.Function.NextAsync()).Records);
    }

    /// <summary>A broker that takes connections and says nothing must not keep its owner from switching the mapping off.</summary>
    [Fact]
    public async Task Change_WhileTheSourceDoesNotAnswer_ActsAtOnce()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1");
        world.Source.Silent = true;
        var id = await world.CreateAsync();
        await Eventually.TrueAsync(() => world.Source.Hanging == 1, "the first look hangs");

        await world.ChangeAsync(id, m => m with { Enabled = false, State = MappingState.Disabling });
        await world.UntilAsync(id, m => m!.State == MappingState.Disabled);

        await world.ChangeAsync(id, m => m with { Enabled = true, State = MappingState.Enabling });
        await Eventually.TrueAsync(() => world.Source.Hanging == 2, "the second look hangs");
        await world.Mapping(id).ReconcileAsync(CancellationToken.None); // nothing has changed: it goes on
        await world.ChangeAsync(id, m => m with { BatchSize = 1 });
        await Eventually.TrueAsync(() => world.Source.Hanging == 3, "another begins with the change");
        Assert.Equal(1, world.Source.Open);

        await world.ChangeAsync(id, m => m with { State = MappingState.Deleting });
        await world.UntilAsync(id, m => m is null);
        world.Source.Recover();
    }

    [Fact]
    public async Task Source_CannotBeRead_IsTriedAgain()
    {
        await using var world = new GrainWorld();
        var shard = world.Source.Add("s-0");
        shard.Fail(new SourceException(SourceErrorKind.Unavailable, "broker down"));
        shard.Put("a=1");

        await world.CreateAsync();

        Assert.Equal(["a=1"], (await world.Function.NextAsync()).Records);
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

    [Fact]
    public async Task Checkpoint_CannotBeSaved_WorkGoesOnAndItIsSavedLater()
    {
        var store = new StoreWith(new MemoryStore()) { Broken = true };
        await using var world = new GrainWorld(store);
        var shard = world.Source.Add("s-0");
        shard.Put("a=1");
        var id = await world.CreateAsync();
        await world.Function.NextAsync();
        shard.Put("a=2");
        Assert.Equal(["a=2"], (await world.Function.NextAsync()).Records);
        await Dispatcher.Testing.Eventually.TrueAsync(() => store.Failed > 0, "a save failed");
        Assert.Empty(world.Source.Commits);

        store.Broken = false;
        await world.UntilCheckpointAsync(id, "s-0", 2);
    }

    [Fact]
    public async Task Shard_TakenByAnotherOwner_StopsAndTouchesTheCheckpointNoMore()
    {
        var store = new MemoryStore();
        await using var world = new GrainWorld(store);
        world.Function.Answer = null;
        world.Source.Add("s-0").Put("a=1");
        var id = await world.CreateAsync();
        var running = await world.Function.NextAsync();
        var key = new ShardKey(id, "s-0");
        var other = await store.Checkpoints.TakeAsync(key, "other", CancellationToken.None);
        await store.Checkpoints.SaveAsync(key, other.Epoch, new Contracts.Checkpoints.Checkpoint(1), CancellationToken.None);

        running.Succeed();

        // The mapping then starts the shard again, which takes the lease back and finds nothing left to do.
        await Dispatcher.Testing.Eventually.TrueAsync(
            async () => (await world.Shard(key).StatusAsync(CancellationToken.None)).Epoch > other.Epoch, "the shard was taken back");
        Assert.Equal(1, (await store.Checkpoints.ListAsync(id, CancellationToken.None))["s-0"].Next);
        Assert.Equal(0, world.Function.Waiting);
    }
}
