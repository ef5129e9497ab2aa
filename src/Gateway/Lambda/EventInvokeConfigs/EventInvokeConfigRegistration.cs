using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>Registers the operations on event invoke configs and the old InvokeAsync.</summary>
public static class EventInvokeConfigRegistration
{
    /// <summary>Adds them. Needs the operations on functions; uses destinations and an IAsyncInvoker where there are.</summary>
    public static IServiceCollection AddEventInvokeConfigOperations(this IServiceCollection services)
    {
        services.AddSingleton<EventInvokeSettings>();
        services.AddSingleton<IApiOperation, PutFunctionEventInvokeConfig>();
        services.AddSingleton<IApiOperation, UpdateFunctionEventInvokeConfig>();
        services.AddSingleton<IApiOperation, GetFunctionEventInvokeConfig>();
        services.AddSingleton<IApiOperation, ListFunctionEventInvokeConfigs>();
        services.AddSingleton<IApiOperation, DeleteFunctionEventInvokeConfig>();
        services.AddSingleton<IApiOperation, InvokeAsync>();
        return services;
    }
}
