using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Push.Buckets;
using Dispatcher.Gateway.Push.CloudEvents;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Push;

/// <summary>Registers push sources.</summary>
public static class PushRegistration
{
    /// <summary>Adds <c>/dispatcher/push</c>. Needs the operations on functions, the configuration and an IAsyncInvoker.</summary>
    public static IServiceCollection AddPushSources(this IServiceCollection services)
    {
        services.AddSingleton<IPushFormat, BucketFormat>();
        services.AddSingleton<IPushFormat, CloudEventFormat>();
        services.AddSingleton<PushSources>();
        services.AddSingleton<PushDelivery>();
        services.AddSingleton<IGatewayPage, PushPage>();
        return services;
    }
}
