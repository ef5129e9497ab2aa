using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Adds Kafka to the sources.</summary>
public static class KafkaRegistration
{
    /// <summary>
    /// Registers the source of self-managed Kafka clusters and MSK ARNs. Needs DispatcherConfig, ISecrets, Instruments,
    /// logging and, where it is not the system's, a TimeProvider.
    /// </summary>
    public static IServiceCollection AddKafkaSource(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<KafkaEnvironment>();
        return services.AddSingleton<ISourceFactory, KafkaSourceFactory>();
    }
}
