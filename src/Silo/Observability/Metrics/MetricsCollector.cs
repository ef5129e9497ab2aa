using System.Diagnostics.Metrics;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;

namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>Listens to the instruments of this process and keeps their numbers for whoever asks.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private static readonly string[] Meters = [Instruments.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting"];

    private readonly MeterListener _listener = new();
    private readonly SeriesBudget _budget;
    private readonly Lock _reading = new();
    private readonly List<MetricFamily> _families = [];
    private long _scrape;

    /// <summary>Starts to listen.</summary>
    public MetricsCollector()
        : this(Limits.MetricSeries)
    {
    }

    /// <summary>Starts to listen, with so many series at most.</summary>
    public MetricsCollector(int series)
    {
        _budget = new SeriesBudget(series);
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Measure(value, tags, family));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Measure(value, tags, family));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Measure(value, tags, family));
        _listener.Start();
    }

    /// <summary>Writes all numbers in the Prometheus text format.</summary>
    public void Write(TextWriter to)
    {
        lock (_reading)
        {
            _scrape++;
            _listener.RecordObservableInstruments();
            MetricFamily[] families;
            lock (_families)
            {
                families = [.. _families];
            }

            foreach (var family in families)
            {
                PrometheusText.Write(to, family, _scrape);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!Meters.Contains(instrument.Meter.Name))
        {
            return;
        }

        var family = new MetricFamily(instrument, _budget);
        lock (_families)
        {
            _families.Add(family);
        }

        listener.EnableMeasurementEvents(instrument, family);
    }

    private void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family)
        => ((MetricFamily)family!).Measure(value, tags, _scrape);
}
