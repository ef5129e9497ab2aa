using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Status;

/// <summary>Puts the status pages into the container.</summary>
public static class StatusRegistration
{
    /// <summary>Adds <c>/dispatcher/mappings</c> and <c>/dispatcher/lag</c>. Needs the Catalog, an IGrainDirectory and an ILagReader.</summary>
    public static IServiceCollection AddStatusPages(this IServiceCollection services)
        => services.AddSingleton<IGatewayPage, StatusPage>().AddSingleton<IGatewayPage, LagPage>();
}
