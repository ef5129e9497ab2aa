using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Grains.Destinations;
using Dispatcher.Grains.Functions;
using Dispatcher.Grains.Leases;
using Dispatcher.Grains.Mappings;
using Dispatcher.Grains.Shards;
using Dispatcher.Grains.Sources;
using Dispatcher.Pipeline.Filters;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Grains;

/// <summary>Registers the grains and what they work with.</summary>
public static class GrainsRegistration
{
    /// <summary>
    /// Registers <see cref="IGrainMaker"/>, <see cref="IFunctionInvoker"/>, <see cref="IStorePulse"/> and <see cref="IFilterValidator"/>. With
    /// <see cref="ISilos"/> permits are lent by the cluster's function grains (a hosted service). The store, sources, runtimes, the directory, change
    /// notices, <see cref="TimeProvider"/>, <see cref="Random"/> and the configuration are registered by others.
    /// </summary>
    public static IServiceCollection AddGrains(this IServiceCollection services)
    {
        services.AddSingleton(provider => new FunctionLimiter(
            provider.GetRequiredService<DispatcherConfig>(), provider.GetRequiredService<TimeProvider>(), provider.GetService<ISilos>() is not null));
        services.AddSingleton<AccountLimits>();
        services.AddSingleton<InvocationPermits>();
        services.AddSingleton<PermitBorrower>();
        services.AddHostedService<ProvisionedKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<PermitBorrower>());
        services.AddSingleton<FunctionLoader>();
        services.AddSingleton<FunctionPlans>();
        services.AddSingleton<FunctionRunner>();
        services.AddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.AddSingleton<SourcePool>();
        services.AddSingleton<ShardPlans>();
        services.AddSingleton<IFilterValidator, FilterValidator>();
        services.AddSingleton<BatchInvoker>();
        services.AddSingleton<BatchHandOver>();
        services.AddSingleton<ConcurrencyGates>();
        services.AddSingleton<ShardGauges>();
        services.AddSingleton<LeaseBook>();
        services.AddSingleton<IStorePulse>(provider => provider.GetRequiredService<LeaseBook>());
        services.AddSingleton(provider => new Troubles(provider.GetRequiredService<TimeProvider>(), TimeSpan.FromMilliseconds(Limits.RepeatedLogMs)));
        services.AddSingleton<ShardParts>();
        services.AddSingleton<MappingParts>();
        services.AddSingleton<ILagReader, LagReader>();
        services.AddSingleton<IGrainMaker, GrainMaker>();
        return services;
    }
}
