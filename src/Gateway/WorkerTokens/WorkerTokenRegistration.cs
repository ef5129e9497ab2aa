using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.WorkerTokens;

/// <summary>Puts the page of worker tokens into the container.</summary>
public static class WorkerTokenRegistration
{
    /// <summary>Adds <c>/dispatcher/worker-tokens</c>. Needs the Catalog and an IWorkerTokens.</summary>
    public static IServiceCollection AddWorkerTokenPage(this IServiceCollection services)
        => services.AddSingleton<IGatewayPage, WorkerTokenPage>();
}
