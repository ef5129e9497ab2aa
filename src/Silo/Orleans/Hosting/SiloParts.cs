using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Silo.Orleans.Activations;
using Dispatcher.Silo.Orleans.Directory;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Silo.Orleans.Notices;
using Dispatcher.Silo.Orleans.Warm;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>What every silo has, wherever its membership is kept.</summary>
internal static class SiloParts
{
    /// <summary>Adds grains, directory, notices and the tuning that failing over needs.</summary>
    public static ISiloBuilder AddDispatcherGrains(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClusterTiming>();
        services.AddSingleton<ActivationParts>();
        services.AddSingleton<IGrainDirectory, OrleansGrainDirectory>();
        services.AddSingleton<NoticeHandlers>();
        services.AddSingleton<INoticeClient, NoticeClient>();
        services.AddSingleton<IChangeNotices, SiloChangeNotices>();
        services.AddSingleton<IReadiness, SiloReadiness>();
        services.AddSingleton<ISilos, ClusterSilos>();
        services.AddSingleton<SiloLoads>();
        services.AddHostedService(Watch);
        services.AddHostedService<StoreWatch>();
        services.AddSingleton<WarmBoard>();
        services.AddSingleton<IWarmClient, WarmClient>();
        services.AddSingleton<IOtherSilos, OtherSilos>();
        services.AddSingleton<WarmGuests>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<WarmGuests>());
        services.AddHostedService<WarmReporter>();
        silo.AddGrainService<NoticeService>();
        silo.AddGrainService<WarmService>();
        silo.AddReminders();

        // Grains are counted and moved by Orleans; one activation per grain also while the membership changes.
        silo.AddActivationRebalancer();
        silo.AddDistributedGrainDirectory();
        return silo.Tune();
    }

    private static MappingWatch Watch(IServiceProvider services)
    {
        // Orleans makes a placement director at its first use, and one that has not heard of the silos' load yet places
        // everything on its own silo. Made now, it has heard by the time the mappings are woken.
        services.GetRequiredService<PlacementDirectorResolver>().GetPlacementDirector(new ActivationCountBasedPlacement());
        return ActivatorUtilities.CreateInstance<MappingWatch>(services);
    }

    private static ISiloBuilder Tune(this ISiloBuilder silo) => silo
        .Configure<ClusterMembershipOptions>(membership =>
        {
            // A silo that was killed is declared dead after 3 probes of 1.5 s, so that its shards run elsewhere within 10 s.
            membership.ProbeTimeout = TimeSpan.FromMilliseconds(1500);
            membership.NumMissedProbesLimit = 3;
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
        })
        .Configure<GrainDirectoryOptions>(directory =>
        {
            // Orleans would hold a dead silo's grains back for a while, lest it still runs. The epoch of a shard's lease fences
            // it already, so they are made elsewhere at once.
            directory.RangeLeaseDuration = TimeSpan.Zero;
        })
        .Configure<ConnectionOptions>(connections =>
        {
            // What waits for a silo that is gone fails soon and is repeated.
            connections.OpenConnectionTimeout = TimeSpan.FromSeconds(2);
            connections.ConnectionRetryDelay = TimeSpan.FromMilliseconds(500);
        })
        .Configure<ActivationCountBasedPlacementOptions>(placement => placement.ChooseOutOf = 10)
        .Configure<GrainCollectionOptions>(collection => collection.DeactivationTimeout = TimeSpan.FromSeconds(30))
        .Configure<ActivationRebalancerOptions>(rebalancer =>
        {
            rebalancer.RebalancerDueTime = TimeSpan.FromSeconds(30);
            rebalancer.SessionCyclePeriod = TimeSpan.FromSeconds(10);
        });
}
