using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>A mapping's maximum over several silos.</summary>
public sealed class MaximumTests
{
    private const int Shards = 6;

    private static readonly CancellationToken s_end = TestContext.Current.CancellationToken;

    private readonly HeldFunction _function = new();
    private readonly Queue<HeldCall> _running = new();
    private readonly HashSet<string> _ranOn = new(StringComparer.Ordinal);

    [Fact]
    public async Task MaximumConcurrency_MoreShardsOnThreeSilos_IsNeverPassedAndChangesAndLeavesNothing()
    {
        await using var silos = await TestSilos.StartAsync(3, held: _function);
        await silos.MapAsync(Shards, maximum: 2, image: "in-process://held");
        await silos.PutAsync(120);

        await RunAsync(2);
        await Testing.Eventually.TrueAsync(
            async () => (await silos.StatusAsync()).Shards.Count(s => s.InFlight > 0) == Shards, "all shards have a batch");
        await AllSucceedAsync(silos, 2);
        Assert.Equal(2, _function.Most);
        Assert.True(_ranOn.Count > 1, "more than one silo got permits");

        await ChangeAsync(silos, m => m with { MaximumConcurrency = 4 });
        await silos.PutAsync(120);
        await RunAsync(4);
        await AllSucceedAsync(silos, 4);
        Assert.Equal(4, _function.Most);

        await ChangeAsync(silos, m => m with { State = MappingState.Deleting });
        await Testing.Eventually.TrueAsync(async () => await silos.Catalog.Mappings.FindAsync(silos.Mapping.ToString(), s_end) is null, "the mapping is deleted");
        var late = new PermitReport("S127.0.0.1:1:1@1", 1, 1, 0, 1) { Changed = true };
        Assert.Equal(0, (await silos.Grains.Function("mapping:" + silos.Mapping).RenewAsync(late, s_end)).Permits);
        Assert.Empty(await silos.Store.Documents.ListAsync("permit-ledger", "mapping:", null, 10, s_end));
    }

    private async Task RunAsync(int calls)
    {
        while (_running.Count < calls)
        {
            Add(await _function.NextAsync());
        }
    }

    /// <summary>Ends calls one by one, the oldest first, until no record is left.</summary>
    private Task AllSucceedAsync(TestSilos silos, int maximum) => Testing.Eventually.TrueAsync(
        async () =>
        {
            Assert.InRange(_function.Running, 0, maximum);
            if (_running.TryDequeue(out var oldest))
            {
                oldest.End();
            }

            while (_function.TryNext(out var next))
            {
                Add(next!);
            }

            return (await silos.StatusAsync()).Ledger.Succeeded == silos.Put;
        },
        "all records arrive");

    private void Add(HeldCall call)
    {
        _running.Enqueue(call);
        _ranOn.Add(call.Silo);
    }

    private static async Task ChangeAsync(TestSilos silos, Func<MappingConfig, MappingConfig> change)
    {
        await silos.Catalog.Mappings.UpdateAsync(silos.Mapping.ToString(), m => change(m) with { LastModifiedMs = m.LastModifiedMs + 1 }, s_end);
        await silos.Grains.Mapping(silos.Mapping).ReconcileAsync(s_end);
    }
}
