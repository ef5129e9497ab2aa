using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Tests.Fakes;
using Dispatcher.Testing;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Destinations;

public sealed class HandOverTests
{
    private const string Queue = "arn:aws:sqs:us-east-1:000000000000:dlq";

    [Fact]
    public async Task GivenUp_WithADestination_ArrivesThereAndThenIsPassed()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = Fail;
        world.Source.Add("s-0").Put("a=1", "a=2");

        var id = await world.CreateAsync(Once);

        await world.UntilCheckpointAsync(id, "s-0", 2);
        var record = Assert.Single(world.Destination.Received);
        var request = record.GetProperty("requestContext");
        Assert.Equal("RetryAttemptsExhausted", request.GetProperty("condition").GetString());
        Assert.Equal(2, request.GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal("Unhandled", record.GetProperty("responseContext").GetProperty("functionError").GetString());
        Assert.Equal(2, record.GetProperty("KinesisBatchInfo").GetProperty("batchSize").GetInt32());
    }

    [Fact]
    public async Task GivenUp_DestinationIsAway_NothingIsPassedUntilItIsBack()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = Fail;
        world.Destination.Away = true;
        var shard = world.Source.Add("s-0");
        shard.Put("a=1", "a=2");
        var id = await world.CreateAsync(Once);

        await Eventually.TrueAsync(() => world.Destination.Failures > 1, "deliveries fail");
        var status = (await world.Mapping(id).StatusAsync(CancellationToken.None)).Shards.Single();
        Assert.Equal((0L, 2), (status.Next, status.InFlight));
        Assert.Equal("the destination is away", status.Lanes.Single().DestinationError);
        Assert.Equal(0, (await world.Store.Checkpoints.ListAsync(id, CancellationToken.None))["s-0"].Next);

        world.Destination.Away = false;
        await world.UntilCheckpointAsync(id, "s-0", 2);
        Assert.Single(world.Destination.Received);
        Assert.Equal(2, world.Function.Waiting);
    }

    /// <summary>The lane is held, as promised; its owner sees that also while another shard and other lanes go well.</summary>
    [Fact]
    public async Task GivenUp_DestinationRefusesForEver_IsShownUntilItTakesTheBatch()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = call => call.Records.Contains("a=1") ? Fail(call) : new InvocationOutcome.Succeeded(default);
        world.Destination.Away = true;
        var shard = world.Source.Add("s-0");
        shard.Put("a=1");
        var id = await world.CreateAsync(m => Once(m) with { ParallelizationFactor = 10, BatchSize = 1 });
        await Eventually.TrueAsync(() => world.Destination.Failures > 0, "deliveries fail");

        shard.Put([.. Enumerable.Range(0, 20).Select(i => $"{(char)('b' + i)}=1")]);
        await Eventually.TrueAsync(async () => (await world.Mapping(id).StatusAsync(CancellationToken.None)).Ledger.Succeeded > 10, "other lanes go on");
        var seen = world.Destination.Failures;
        await Eventually.TrueAsync(() => world.Destination.Failures > seen, "it is tried again");
        const string problem = "PROBLEM: the on-failure destination does not take a failed batch: the destination is away";
        await world.UntilAsync(id, m => m!.LastProcessingResult == problem);

        world.Destination.Away = false;
        await world.UntilCheckpointAsync(id, "s-0", 21);
        shard.Put("z=1");
        await world.UntilAsync(id, m => m!.LastProcessingResult == "OK");
    }

    /// <summary>Also where the broker keeps the positions, and the record has a new one after the restart.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GivenUp_RestartWhileTheDestinationIsAway_DeliversTheSameFailureWithoutAnotherInvocation(bool brokerKeepsPosition)
    {
        var traits = new SourceTraits(SourceKind.Stream, Ordered: true, brokerKeepsPosition);
        var store = new MemoryStore();
        MappingId id;
        Guid last;
        await using (var first = new GrainWorld(store))
        {
            first.Function.Answer = Fail;
            first.Destination.Away = true;
            first.Source.Traits = traits;
            first.Source.Add("s-0").Put("a=1");
            id = await first.CreateAsync(Once);
            await Eventually.TrueAsync(() => first.Destination.Failures > 0, "deliveries fail");
            await first.Function.NextAsync();
            last = (await first.Function.NextAsync()).RequestId;
            await first.UntilTroubledAsync(id, "s-0", attempts: 2);
        }

        await using var second = new GrainWorld(store);
        second.Source.Traits = traits;
        second.Source.AddAt(brokerKeepsPosition ? 3 : 0, "s-0").Put("a=1");
        await second.Mapping(id).ReconcileAsync(CancellationToken.None);
        await second.UntilUntroubledAsync(id, "s-0");

        Assert.Equal(0, second.Function.Waiting);
        var record = Assert.Single(second.Destination.Received);
        Assert.Equal(last, record.GetProperty("requestContext").GetProperty("requestId").GetGuid());
        Assert.Equal(2, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        Assert.Equal("Unhandled", record.GetProperty("responseContext").GetProperty("functionError").GetString());
    }

    [Fact]
    public async Task TooOld_NeverInvoked_HasNoResponseContext()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0").Put("a=1");

        // The fake source's records are of the year 1970.
        var id = await world.CreateAsync(m => m with { OnFailureDestination = Queue, MaximumRecordAgeSeconds = 60 });

        await world.UntilCheckpointAsync(id, "s-0", 1);
        Assert.Equal(0, world.Function.Waiting);
        var record = Assert.Single(world.Destination.Received);
        Assert.Equal("RecordAgeExceeded", record.GetProperty("requestContext").GetProperty("condition").GetString());
        Assert.Equal(0, record.GetProperty("requestContext").GetProperty("approximateInvokeCount").GetInt32());
        Assert.False(record.TryGetProperty("responseContext", out _));
    }

    /// <summary>It has no record that a destination could be told of; its lane goes on with the next window.</summary>
    [Fact]
    public async Task GivenUp_FinalInvocationOfAWindow_IsNotSentAndTheShardGoesOn()
    {
        await using var world = new GrainWorld();
        world.Function.Answer = call => call.Records.Length == 0 ? Fail(call) : new InvocationOutcome.Succeeded("{\"state\":{\"n\":1}}"u8.ToArray());
        var shard = world.Source.Add("s-0");
        shard.Put("a=1");
        var id = await world.CreateAsync(m => Once(m) with { TumblingWindowSeconds = 10, MaximumRetryAttempts = 0 });

        Assert.Equal(["a=1"], (await world.Function.NextAsync()).Records);
        Assert.Empty((await world.Function.NextAsync()).Records); // the fake source's records are of the year 1970: the window is over
        shard.Put("a=2");
        Assert.Equal(["a=2"], (await world.Function.NextAsync()).Records);

        await world.UntilCheckpointAsync(id, "s-0", 2);
        Assert.Empty(world.Destination.Received);
        Assert.Equal(0, world.Destination.Failures);
    }

    private static MappingConfig Once(MappingConfig mapping) => mapping with { OnFailureDestination = Queue, MaximumRetryAttempts = 1 };

    private static InvocationOutcome Fail(FakeFunction.Call call)
        => new InvocationOutcome.FunctionError("Unhandled", "{\"errorMessage\":\"boom\"}"u8.ToArray(), "Error");
}
