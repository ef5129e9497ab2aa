using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Tests.Fakes;

namespace Dispatcher.Grains.Tests.Mappings;

public sealed class LagReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_RecordsBehindTheCheckpoint_CountsThemAlsoWhileTheMappingIsStopped()
    {
        await using var world = new GrainWorld();
        var shard = world.Source.Add("s-0");
        shard.Put("a=1", "a=2");
        var id = await world.CreateAsync();
        await world.UntilCheckpointAsync(id, "s-0", 2);
        Assert.Equal(0, (await world.Lags.ReadAsync(id, Cancellation)).Records);

        await world.ChangeAsync(id, m => m with { Enabled = false });
        await world.UntilAsync(id, m => m!.State == Contracts.Mappings.MappingState.Disabled);
        shard.Put("a=3", "a=4", "a=5");

        Assert.Equal(3, (await world.Lags.ReadAsync(id, Cancellation)).Records);
    }

    [Fact]
    public async Task Read_SourceIsAway_IsNotZero()
    {
        await using var world = new GrainWorld();
        world.Source.Add("s-0");
        var id = await world.CreateAsync();
        world.Source.ListError = new SourceException(SourceErrorKind.Unavailable, "the broker is away");

        var lag = await world.Lags.ReadAsync(id, Cancellation);

        Assert.Null(lag.Records);
        Assert.Equal("the broker is away", lag.Unknown);
        Assert.Null((await world.Lags.ReadAsync(MappingId.New(), Cancellation)).Records);
    }
}
