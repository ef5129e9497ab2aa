using Dispatcher.Adapters.Http;
using Dispatcher.Adapters.InProcess;
using Dispatcher.Adapters.RemoteWorkers;
using Dispatcher.Adapters.Workers;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Adapters.Runtimes;

/// <summary>Composition of all ways to run functions here.</summary>
public static class RuntimesRegistration
{
    /// <summary>
    /// Adds every <see cref="IFunctionRuntime"/> of this machine. Needs a <c>DispatcherConfig</c> and an <c>IStore</c>.
    /// </summary>
    public static IServiceCollection AddFunctionRuntimes(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Instruments>();
        services.AddSingleton<RemotePools>();
        services.AddSingleton<IFunctionRuntime, HttpFunctionRuntime>();
        services.AddSingleton<IFunctionRuntime, InProcessRuntime>();
        services.AddSingleton<IFunctionRuntime, WorkerRuntime>();
        services.AddSingleton<IFunctionRuntime, RemoteWorkerRuntime>();
        return services;
    }

    /// <summary>
    /// Adds the listener of remote workers and their tokens. Needs <see cref="AddFunctionRuntimes"/>, a <c>Catalog</c> and
    /// <c>IChangeNotices</c>.
    /// </summary>
    public static IServiceCollection AddRemoteWorkers(this IServiceCollection services)
    {
        services.AddSingleton<WorkerTokens>();
        services.AddSingleton<IWorkerTokens>(provider => provider.GetRequiredService<WorkerTokens>());
        services.AddSingleton<TokenIndex>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<RemoteApi>();
        services.AddSingleton(provider => new Lazy<RemoteApi>(provider.GetRequiredService<RemoteApi>));
        services.AddHostedService<RemoteWorkerServer>();
        return services;
    }
}
