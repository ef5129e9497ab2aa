using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>Puts the embedded queues into the container.</summary>
public static class EmbeddedQueuesRegistration
{
    /// <summary>
    /// Adds <see cref="IQueues"/>, the source of their mappings, the destination and their upkeep (a hosted service). Needs
    /// <see cref="IStore"/> (opened before the host starts), <see cref="DispatcherConfig"/>, <see cref="TimeProvider"/> and
    /// logging.
    /// </summary>
    public static IServiceCollection AddEmbeddedQueues(this IServiceCollection services)
    {
        services.AddSingleton<QueueMessages>();
        services.AddSingleton<QueueMover>();
        services.AddSingleton<IQueues, QueueService>();
        services.AddSingleton<ISourceFactory, QueueSourceFactory>();
        services.AddSingleton<IDestinationWriter, QueueDestination>();
        services.AddHostedService<QueueKeeper>();
        return services;
    }
}
