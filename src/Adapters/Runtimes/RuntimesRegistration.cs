using Dispatcher.Adapters.Http;
using Dispatcher.Adapters.InProcess;
using Dispatcher.Adapters.Workers;
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
        services.AddSingleton<IFunctionRuntime, HttpFunctionRuntime>();
        services.AddSingleton<IFunctionRuntime, InProcessRuntime>();
        services.AddSingleton<IFunctionRuntime, WorkerRuntime>();
        return services;
    }
}
