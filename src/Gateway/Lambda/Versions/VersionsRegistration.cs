using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>Registers the operations on versions.</summary>
internal static class VersionsRegistration
{
    /// <summary>Adds them; needs what the operations on functions need.</summary>
    public static IServiceCollection AddVersionOperations(this IServiceCollection services)
    {
        services.AddSingleton<VersionRepository>();
        services.AddSingleton<IApiOperation, PublishVersion>();
        services.AddSingleton<IApiOperation, ListVersionsByFunction>();
        return services;
    }
}
