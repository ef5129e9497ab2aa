using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Lambda.Permissions;

/// <summary>Registers the operations on policies and what asks them.</summary>
internal static class PermissionsRegistration
{
    /// <summary>Adds them; needs what the operations on functions need.</summary>
    public static IServiceCollection AddPermissionOperations(this IServiceCollection services)
    {
        services.AddSingleton<PolicyRepository>();
        services.AddSingleton<IFunctionPermissions, FunctionPermissions>();
        services.AddSingleton<ICallerCheck, CallerCheck>();
        services.AddSingleton<IApiOperation, AddPermission>();
        services.AddSingleton<IApiOperation, RemovePermission>();
        services.AddSingleton<IApiOperation, GetPolicy>();
        return services;
    }
}
