using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Silo.Observability.Metrics;

namespace Dispatcher.Silo.Observability;

/// <summary>Metrics and spans.</summary>
internal static class ObservabilityRegistration
{
    /// <summary>Makes the instruments and starts to listen to them.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<Instruments>();
        services.AddSingleton(new MetricsCollector());
        return services;
    }
}
