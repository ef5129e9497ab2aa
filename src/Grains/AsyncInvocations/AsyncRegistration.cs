using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Registers asynchronous invocation.</summary>
public static class AsyncRegistration
{
    /// <summary>
    /// Adds <see cref="IAsyncInvoker"/> and the work on its queues (a hosted service). Needs the grains, the store (opened before
    /// the host starts), change notices, the configuration and the clock; uses destinations and the embedded queues.
    /// </summary>
    public static IServiceCollection AddAsyncInvocations(this IServiceCollection services)
    {
        // A function is a destination that needs the asynchronous invoker: destinations are looked up at the first delivery.
        services.AddSingleton(provider => new Lazy<IDestinationWriter[]>(() => [.. provider.GetServices<IDestinationWriter>()]));
        services.AddSingleton(provider => new Lazy<IQueues?>(provider.GetService<IQueues>));
        services.AddSingleton<AsyncSettings>();
        services.AddSingleton<AsyncQueueNames>();
        services.AddSingleton<AsyncLeftovers>();
        services.AddSingleton<RecordSender>();
        services.AddSingleton<DeadLetterSender>();
        services.AddSingleton<AsyncHandOver>();
        services.AddSingleton<AsyncEventRunner>();
        services.AddSingleton<AsyncQueueLoop>();
        services.AddSingleton<AsyncFinder>();
        services.AddSingleton<AsyncQueues>();
        services.AddSingleton<IAsyncInvoker, AsyncInvoker>();
        services.AddHostedService(provider => provider.GetRequiredService<AsyncQueues>());
        return services;
    }
}
