using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Silo.Orleans.Activations;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Cluster;

public sealed class ClusterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_TwoSilos_AreDeliveredOnceAndInOrderFromBoth()
    {
        await using var silos = await TestSilos.StartAsync(2);
        await silos.MapAsync(shards: 8);

        await silos.PutAsync(4000);
        await silos.AllArriveAsync();

        Assert.Empty(silos.Deliveries.OutOfOrder());
        Assert.Equal(0, silos.Deliveries.Repeated);
        AssertSpread(await silos.PlacesAsync(), silos: 2, fewest: 3);
        Assert.Equal(2, silos.Deliveries.BySilo().Count);
        Assert.All((await silos.StatusAsync()).Shards, s => Assert.Equal((true, 1L), (s.Running, s.Epoch)));
    }

    [Fact]
    public async Task StopSilo_UnderLoad_HandsItsShardsOverWithoutLossOrRepetition()
    {
        await using var silos = await TestSilos.StartAsync(3);
        silos.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        await silos.MapAsync(shards: 9);
        await silos.PutAsync(5000);
        await Testing.Eventually.TrueAsync(() => silos.Deliveries.Distinct > 500, "records flow");

        await silos.Cluster.StopSiloAsync(silos.Cluster.Silos[2]);
        await silos.PutAsync(2000);
        await silos.AllArriveAsync();

        Assert.Empty(silos.Deliveries.OutOfOrder());
        Assert.Equal(0, silos.Deliveries.Repeated);
        Assert.Equal(9, (await silos.PlacesAsync()).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task KillSilo_UnderLoad_ShardsRunElsewhereAndNothingIsLost(int number)
    {
        await using var silos = await TestSilos.StartAsync(3);
        silos.Deliveries.Work = TimeSpan.FromMilliseconds(20);
        await silos.MapAsync(shards: 9);
        await silos.PutAsync(5000);
        await Testing.Eventually.TrueAsync(() => silos.Deliveries.Distinct > 500, "records flow");
        var before = await silos.PlacesAsync();
        AssertSpread(before, silos: 3, fewest: 2);
        var killed = silos.Cluster.Silos[number];
        var start = TimeProvider.System.GetTimestamp();

        await silos.Cluster.KillSiloAsync(killed);
        await Testing.Eventually.TrueAsync(
            async () => await silos.PlacesAsync() is { Count: 9 } places && !places.ContainsValue(killed.SiloAddress),
            "all shards run on the silos that live");
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 10);

        await silos.PutAsync(2000);
        await silos.AllArriveAsync();
        Assert.Empty(silos.Deliveries.OutOfOrder());
        var moved = before.Where(p => p.Value.Equals(killed.SiloAddress)).Select(p => p.Key.Split('/')[1]);
        Assert.All((await silos.StatusAsync()).Shards, s => Assert.Equal(moved.Contains(s.Shard), s.Epoch > 1));
    }

    [Fact]
    public async Task AddSilo_UnderLoad_GetsShardsWithoutLossOrRepetition()
    {
        await using var silos = await TestSilos.StartAsync(1, Hurry);
        silos.Deliveries.Work = TimeSpan.FromMilliseconds(5);
        await silos.MapAsync(shards: 16);
        await silos.PutAsync(1000);

        await silos.Cluster.StartAdditionalSiloAsync();
        await Testing.Eventually.TrueAsync(
            async () =>
            {
                await silos.PutAsync(100);
                return await silos.PlacesAsync() is { Count: 16 } places
                    && places.Values.GroupBy(silo => silo).Select(silo => silo.Count()).Order().First() is >= 5 and < 16;
            },
            "the new silo has a good part of the shards");
        await silos.AllArriveAsync();

        Assert.Empty(silos.Deliveries.OutOfOrder());
        Assert.Equal(0, silos.Deliveries.Repeated);
        Assert.Equal(2, silos.Deliveries.BySilo().Count);
    }

    /// <summary>Silos tell their load once a day here: without looking for themselves nobody would learn of the new one's.</summary>
    [Fact]
    public async Task AddSilo_Joins_IsUsedBeforeItHasToldItsLoad()
    {
        await using var silos = await TestSilos.StartAsync(1, silo => silo
            .Configure<DeploymentLoadPublisherOptions>(publisher => publisher.DeploymentLoadPublisherRefreshTime = TimeSpan.FromDays(1))
            .Configure<ActivationRebalancerOptions>(rebalancer => (rebalancer.RebalancerDueTime, rebalancer.SessionCyclePeriod) = (TimeSpan.FromDays(2), TimeSpan.FromDays(2))));
        await silos.MapAsync(shards: 4);
        var old = silos.Cluster.Silos[0];

        var added = await silos.Cluster.StartAdditionalSiloAsync();
        var grains = silos.Services(old).GetRequiredService<IGrainFactory>();
        await Testing.Eventually.TrueAsync(
            async () => (await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(await TouchAsync(grains)))!.Equals(added.SiloAddress),
            "the new silo gets grains");
    }

    [Fact]
    public async Task DeleteMapping_OnACluster_StopsItsShardsEverywhere()
    {
        await using var silos = await TestSilos.StartAsync(2);
        var mapping = await silos.MapAsync(shards: 4);
        await silos.PutAsync(400);
        await silos.AllArriveAsync();

        await silos.Catalog.Mappings.UpdateAsync(mapping.Uuid, m => m with { State = MappingState.Deleting }, Cancellation);
        await silos.Grains.Mapping(silos.Mapping).ReconcileAsync(Cancellation);

        await Testing.Eventually.TrueAsync(async () => (await silos.PlacesAsync()).Count == 0, "no shard is left");
        Assert.Null(await silos.Catalog.Mappings.FindAsync(mapping.Uuid, Cancellation));
    }

    /// <summary>Makes a grain.</summary>
    private static async Task<IAddressable> TouchAsync(IGrainFactory grains)
    {
        var grain = grains.GetGrain<IFunctionActivation>(Guid.NewGuid().ToString());
        await grain.RenewAsync(new PermitReport("nobody", 1, 0, 0, 0), Cancellation);
        return grain;
    }

    /// <summary>Rebalances every 2 s instead of every 10 s.</summary>
    private static void Hurry(ISiloBuilder silo) => silo.Configure<ActivationRebalancerOptions>(rebalancer =>
    {
        rebalancer.RebalancerDueTime = TimeSpan.FromSeconds(2);
        rebalancer.SessionCyclePeriod = TimeSpan.FromSeconds(2);
    });

    /// <summary>Placement counts all grains, a silo's own included, so the shards alone may differ by one or two.</summary>
    private static void AssertSpread(Dictionary<string, SiloAddress> places, int silos, int fewest)
    {
        var counts = places.Values.GroupBy(silo => silo).Select(silo => silo.Count()).ToList();
        Assert.Equal(silos, counts.Count);
        Assert.True(counts.Min() >= fewest, $"shards by silo: {string.Join(", ", counts)}");
    }
}
