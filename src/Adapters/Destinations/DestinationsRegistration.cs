using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Destinations;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Adapters.Destinations;

/// <summary>Puts all kinds of on-failure destinations into the container.</summary>
public static class DestinationsRegistration
{
    /// <summary>
    /// Adds <c>kafka://topic</c>, queues of RabbitMQ brokers and functions. Needs DispatcherConfig, ISecrets,
    /// IFunctionInvoker; uses IAsyncInvoker where there is one.
    /// </summary>
    public static IServiceCollection AddDestinations(this IServiceCollection services)
    {
        services.AddSingleton<KafkaProducers>();
        services.AddSingleton<IDestinationWriter, KafkaDestination>();
        services.AddSingleton<IDestinationWriter, RabbitMqDestination>();
        services.AddSingleton<IDestinationWriter, LambdaDestination>();
        return services;
    }
}
