using Dispatcher.Contracts.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Dispatcher.Silo.Observability;

/// <summary>
/// Sends spans and metrics to an OpenTelemetry collector while the server runs. Where and how is said by the standard
/// environment variables <c>OTEL_…</c>; without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> it is not part of the program at all.
/// </summary>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    private TracerProvider? _spans;
    private MeterProvider? _metrics;

    /// <summary>Whether the environment names a collector.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    /// <summary>What says who sends: <c>OTEL_SERVICE_NAME</c>, or <c>dispatcher</c>.</summary>
    public static void Describe(ResourceBuilder resource)
        => resource.AddService(Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") is { Length: > 0 } name ? name : "dispatcher");

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _spans = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Describe)
            .AddSource(Instruments.Name)
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(Instruments.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // The last spans and numbers are those of the drain.
        const int patience = 5_000;
        _spans?.ForceFlush(patience);
        _metrics?.ForceFlush(patience);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _spans?.Dispose();
        _metrics?.Dispose();
    }
}
