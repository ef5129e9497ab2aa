using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Silo.Observability.Metrics;

namespace Dispatcher.Silo.Observability;

/// <summary>Metrics and spans.</summary>
internal static class ObservabilityRegistration
{
    /// <summary>Makes the instruments, starts to listen to them and, where a collector is named, to export them.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<Instruments>();
        services.AddSingleton(new MetricsCollector());
        if (TelemetryExport.IsWanted)
        {
            services.AddHostedService<TelemetryExport>();
        }

        return services;
    }
}
