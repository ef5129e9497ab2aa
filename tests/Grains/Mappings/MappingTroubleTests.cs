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

public sealed class MappingTroubleTests
{
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
    public async Task Problem_OfAMappingThatWorkedOver_IsNotShownAnyMore()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0");
        var id = await world.CreateAsync();
        await world.UntilAsync(id, m => m is { State: MappingState.Enabled });
        world.Source.ListError = new SourceException(SourceErrorKind.Unavailable, "away");
        await world.Mapping(id).ReconcileAsync(CancellationToken.None);
        await world.UntilAsync(id, m => m is { State: MappingState.Enabled, StateReason: "EVENT_SOURCE_UNAVAILABLE", LastProcessingResult: "PROBLEM: away" });

        world.Source.ListError = null;

        await world.UntilAsync(id, m => m is { State: MappingState.Enabled, StateReason: "User action", LastProcessingResult: "OK" });
    }

    [Fact]
    public async Task ReadFails_ThenWorksWithoutABatch_IsNotShownAnyMore()
    {
        await using var world = new GrainWorld();
        var shard = world.Source.Add("s-0");
        shard.Fail(new SourceException(SourceErrorKind.Unavailable, "away"));
        var id = await world.CreateAsync(m => m with { FilterPatterns = ["""{"data":{"a":[1]}}"""] });
        await world.UntilAsync(id, m => m!.LastProcessingResult == "PROBLEM: away");

        shard.Put("a=1");

        await world.UntilAsync(id, m => m!.LastProcessingResult == "OK");
        Assert.Equal(0, world.Function.Waiting);
    }

    [Fact]
    public async Task FunctionsRole_Changes_IsTheIdentityOfTheNextEvent()
    {
        await using var world = new GrainWorld();
        var shard = world.Source.Add("s-0");
        await world.Catalog.Functions.CreateAsync("f", new FunctionConfig { Name = "f", Version = "$LATEST", Role = "arn:aws:iam::000000000000:role/one" }, CancellationToken.None);
        await world.CreateAsync();

        shard.Put("a=1");
        Assert.Equal("arn:aws:iam::000000000000:role/one", (await world.Function.NextAsync()).Identity);
        await world.Catalog.Functions.UpdateAsync("f", f => f with { Role = "arn:aws:iam::000000000000:role/another" }, CancellationToken.None);
        await world.Notices.FunctionChangedAsync("f", CancellationToken.None);
        shard.Put("a=2");
        Assert.Equal("arn:aws:iam::000000000000:role/another", (await world.Function.NextAsync()).Identity);
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
        var last = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single().LastFailure!;
        Assert.Equal((2, true, true), (last.Records, last.Text.Contains("boom", StringComparison.Ordinal), last.RequestId is not null));
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
