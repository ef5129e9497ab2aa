using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Puts RabbitMQ queues among the sources.</summary>
public static class RabbitMqRegistration
{
    /// <summary>Adds the source; it needs the configuration, the secrets, a <see cref="TimeProvider"/>, a <see cref="Random"/> and logging.</summary>
    public static IServiceCollection AddRabbitMqSource(this IServiceCollection services)
        => services.AddSingleton<ISourceFactory, RabbitMqSourceFactory>();
}
