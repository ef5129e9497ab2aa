using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Registers the operations on aliases.</summary>
internal static class AliasesRegistration
{
    /// <summary>Adds them; needs what the operations on functions need.</summary>
    public static IServiceCollection AddAliasOperations(this IServiceCollection services)
    {
        services.AddSingleton<AliasRepository>();
        services.AddSingleton<AliasView>();
        services.AddSingleton<IApiOperation, CreateAlias>();
        services.AddSingleton<IApiOperation, GetAlias>();
        services.AddSingleton<IApiOperation, UpdateAlias>();
        services.AddSingleton<IApiOperation, DeleteAlias>();
        services.AddSingleton<IApiOperation, ListAliases>();
        return services;
    }
}
