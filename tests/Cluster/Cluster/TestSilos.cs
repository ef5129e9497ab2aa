using Dispatcher.Adapters.InProcess;
using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Orleans.Hosting;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>A few silos in this process, with connections, membership and reminders in memory.</summary>
internal sealed class TestSilos : TestHouse
{
    private long _looks;

    private TestSilos(InProcessTestCluster cluster, IStore store, Deliveries deliveries)
        : base(store, deliveries) => Cluster = cluster;

    public InProcessTestCluster Cluster { get; }

    /// <inheritdoc/>
    protected override IServiceProvider AnySilo => Services(Cluster.Silos.First(s => s.IsActive));

    public static async Task<TestSilos> StartAsync(int silos, Action<ISiloBuilder>? change = null, IStore? kept = null, HeldFunction? held = null)
    {
        var (store, deliveries) = (kept ?? new MemoryStore(), new Deliveries());
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.UseDistributedGrainDirectory = true;
        builder.Options.UseRealEnvironmentStatistics = true;
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((options, silo) =>
        {
            Compose(silo.Services, store, deliveries.On(options.SiloName));
            silo.AddDispatcherGrains().UseInMemoryReminderService();
            change?.Invoke(silo);
            if (held is not null)
            {
                silo.Services.AddInProcessFunction("held", held.On(options.SiloName));
            }
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();

        // Placement goes by load, which silos tell each other every second: now at once.
        await cluster.Client.GetGrain<IManagementGrain>(0).ForceRuntimeStatisticsCollection([.. cluster.Silos.Select(s => s.SiloAddress)]);
        return new TestSilos(cluster, store, deliveries);
    }

    /// <summary>Services of one silo.</summary>
    public IServiceProvider Services(InProcessSiloHandle silo) => Cluster.GetSiloServiceProvider(silo.SiloAddress);

    /// <summary>Where each running shard is.</summary>
    public async Task<Dictionary<string, SiloAddress>> PlacesAsync()
    {
        var places = new Dictionary<string, SiloAddress>(StringComparer.Ordinal);
        foreach (var one in await Management().GetDetailedGrainStatistics(null, [.. Living.Select(s => s.SiloAddress)]))
        {
            if (one.GrainId.Type.ToString() == "shard")
            {
                places[one.GrainId.Key.ToString()!] = one.SiloAddress;
            }
        }

        return places;
    }

    private IEnumerable<InProcessSiloHandle> Living => Cluster.Silos.Where(s => s.IsActive);

    /// <summary>
    /// The management grain, each time another one on a silo that lives and asked by that silo: neither the client's gateway nor the
    /// grain can be on a silo that was just killed and that nobody has missed yet.
    /// </summary>
    private IManagementGrain Management()
    {
        var living = Living.First();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, living.SiloAddress);
        return Services(living).GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(Interlocked.Increment(ref _looks));
    }

    /// <inheritdoc/>
    protected override async Task StopAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
    }
}
