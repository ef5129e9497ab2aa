using Dispatcher.Gateway.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Registers the operations on reserved and provisioned concurrency.</summary>
internal static class ConcurrencyRegistration
{
    /// <summary>Adds them; needs what the operations on functions need.</summary>
    public static IServiceCollection AddConcurrencyOperations(this IServiceCollection services)
    {
        services.AddSingleton<ConcurrencyRepository>();
        services.AddSingleton<IApiOperation, PutFunctionConcurrency>();
        services.AddSingleton<IApiOperation, GetFunctionConcurrency>();
        services.AddSingleton<IApiOperation, DeleteFunctionConcurrency>();
        services.AddSingleton<ProvisionedRepository>();
        services.AddSingleton<IApiOperation, PutProvisionedConcurrencyConfig>();
        services.AddSingleton<IApiOperation, GetProvisionedConcurrencyConfig>();
        services.AddSingleton<IApiOperation, ListProvisionedConcurrencyConfigs>();
        services.AddSingleton<IApiOperation, DeleteProvisionedConcurrencyConfig>();
        return services;
    }
}
