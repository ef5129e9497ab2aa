using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Aliases;
using Dispatcher.Gateway.Lambda.Concurrency;
using Dispatcher.Gateway.Lambda.Permissions;
using Dispatcher.Gateway.Lambda.Streaming;
using Dispatcher.Gateway.Lambda.Tags;
using Dispatcher.Gateway.Lambda.Versions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Registers the operations on functions.</summary>
public static class FunctionsRegistration
{
    /// <summary>
    /// Adds them. Needs in the container: DispatcherConfig, TimeProvider, IStore, IFunctionInvoker, IChangeNotices and the
    /// IFunctionRuntime of every way to run functions; takes an IAsyncInvoker where there is one, and the
    /// IDestinationWriter of queues for dead letters.
    /// </summary>
    public static IServiceCollection AddFunctionOperations(this IServiceCollection services)
    {
        services.TryAddSingleton<Catalog>();
        services.AddSingleton<FunctionFinder>();
        services.AddSingleton<FunctionHosts>();
        services.AddSingleton<DeadLetterTarget>();
        services.AddSingleton<FunctionParts>();
        services.AddSingleton<FunctionRepository>();
        services.AddSingleton<FunctionView>();
        services.AddSingleton<CodeLinks>();
        services.AddSingleton<IApiOperation, CreateFunction>();
        services.AddSingleton<IApiOperation, GetFunction>();
        services.AddSingleton<IApiOperation, GetFunctionConfiguration>();
        services.AddSingleton<IApiOperation, GetFunctionCodeSigningConfig>();
        services.AddSingleton<IApiOperation, ListFunctions>();
        services.AddSingleton<IApiOperation, UpdateFunctionCode>();
        services.AddSingleton<IApiOperation, UpdateFunctionConfiguration>();
        services.AddSingleton<IApiOperation, DeleteFunction>();
        services.AddSingleton<IApiOperation, GetAccountSettings>();
        services.AddSingleton<InvokeInput>();
        services.AddSingleton<IApiOperation, Invoke>();
        services.AddSingleton<IApiOperation, InvokeWithResponseStream>();
        services.AddSingleton<IGatewayPage, CodePage>();
        services.AddSingleton<ITagOwner, FunctionTags>();
        services.AddVersionOperations();
        services.AddAliasOperations();
        services.AddPermissionOperations();
        services.AddConcurrencyOperations();
        return services.AddTagOperations();
    }
}
