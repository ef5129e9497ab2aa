using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Orleans;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Cluster.Tests.Postgres;

/// <summary>
/// Silos in this process that know each other by PostgreSQL and TCP only, as those of the server do. (Their records are in
/// memory, which they share.)
/// </summary>
internal sealed class PostgresSilos : TestHouse
{
    private readonly List<IHost> _living = [];

    private PostgresSilos(MemoryStore store, Deliveries deliveries)
        : base(store, deliveries)
    {
    }

    /// <inheritdoc/>
    protected override IServiceProvider AnySilo => _living[0].Services;

    public static async Task<PostgresSilos> StartAsync(int silos, string postgres)
    {
        var house = new PostgresSilos(new MemoryStore(), new Deliveries());
        for (var i = 0; i < silos; i++)
        {
            await house.AddAsync($"silo-{i}", postgres);
        }

        return house;
    }

    /// <summary>Ends the oldest silo: at once, or as a SIGTERM does.</summary>
    public async Task EndOldestAsync(bool gracefully)
    {
        var silo = _living[0];
        _living.RemoveAt(0);
        await silo.StopAsync(new CancellationToken(canceled: !gracefully));
    }

    /// <inheritdoc/>
    protected override async Task StopAsync()
    {
        while (_living.Count > 0)
        {
            await EndOldestAsync(gracefully: true);
        }
    }

    private async Task AddAsync(string name, string postgres)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        Compose(builder.Services, Store, Deliveries.On(name));
        builder.AddClusterSilo(new DispatcherConfig
        {
            Cluster = new ClusterConfig { Enabled = true, Postgres = postgres, SiloPort = 0, GatewayPort = 0, AdvertiseAddress = "127.0.0.1" },
        });
        var silo = builder.Build();
        await silo.StartAsync(TestContext.Current.CancellationToken);
        _living.Add(silo);
    }
}
