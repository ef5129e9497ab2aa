using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Contracts.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Puts the embedded streams into the container.</summary>
public static class EmbeddedRegistration
{
    /// <summary>
    /// Adds <see cref="IStreams"/>, the source of their mappings and their upkeep (a hosted service). Needs
    /// <see cref="IStore"/> (opened before the host starts), <see cref="DispatcherConfig"/>, <see cref="TimeProvider"/> and
    /// logging.
    /// </summary>
    public static IServiceCollection AddEmbeddedStreams(this IServiceCollection services)
    {
        services.AddSingleton<StreamErrors>();
        services.AddSingleton<StreamFinisher>();
        services.AddSingleton<StreamPutter>();
        services.AddSingleton(provider => new StreamIds(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.AddSingleton<IStreams, StreamService>();
        services.AddSingleton<ISourceFactory, StreamSourceFactory>();
        services.AddHostedService<StreamKeeper>();
        return services;
    }
}
