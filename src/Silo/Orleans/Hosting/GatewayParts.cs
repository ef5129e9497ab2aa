using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Silo.Orleans.Directory;
using Dispatcher.Silo.Orleans.Invocations;
using Dispatcher.Silo.Orleans.Notices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>What a process has that only calls the cluster.</summary>
internal static class GatewayParts
{
    /// <summary>Silos that joined are used, and lost ones no longer asked, after this long at the latest.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ConnectAgain = TimeSpan.FromSeconds(1);

    /// <summary>Adds the directory, the invoker that calls on silos, change notices and readiness.</summary>
    public static IClientBuilder AddDispatcherCalls(this IClientBuilder client)
    {
        var services = client.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IGrainDirectory, OrleansGrainDirectory>();
        services.AddSingleton<NoticeHandlers>();
        services.AddSingleton<IChangeNotices, RelayedChangeNotices>();
        services.AddSingleton<GatewayReadiness>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<GatewayReadiness>());
        services.Replace(ServiceDescriptor.Singleton<IFunctionInvoker, SiloInvoker>());
        services.Replace(ServiceDescriptor.Singleton<ILagReader, SiloLagReader>());
        return client
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = LookAgain)
            .AddGatewayCountChangedHandler(provider => provider.GetRequiredService<GatewayReadiness>().Changed)
            .UseConnectionRetryFilter(RetryAsync);
    }

    /// <summary>Looks for silos until there is one; the end of the process cancels it.</summary>
    private static async Task<bool> RetryAsync(Exception error, CancellationToken stopping)
    {
        await Task.Delay(ConnectAgain, stopping);
        return true;
    }
}
