using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Status;

/// <summary>Puts the status pages into the container.</summary>
public static class StatusRegistration
{
    /// <summary>Adds <c>/dispatcher/mappings</c>. Needs the Catalog and an IGrainDirectory.</summary>
    public static IServiceCollection AddStatusPages(this IServiceCollection services)
        => services.AddSingleton<IGatewayPage, StatusPage>();
}
