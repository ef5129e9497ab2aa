using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>One instrument with all its series.</summary>
internal sealed class MetricFamily
{
    /// <summary>Bounds of histograms that bring none, in the unit of the instrument (mostly milliseconds): 1 ms to a day.</summary>
    private static readonly double[] DefaultBounds =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000, 86_400_000];

    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries> _byTags = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<string, MetricSeries> _byLabels = new(StringComparer.Ordinal);
    private readonly SeriesBudget _budget;
    private readonly double[] _bounds;

    /// <summary>An empty family for an instrument.</summary>
    public MetricFamily(Instrument instrument, SeriesBudget budget)
    {
        _budget = budget;
        Kind = KindOf(instrument);
        Observed = instrument.IsObservable;
        Name = MetricName.Of(instrument, Kind);
        Help = instrument.Description ?? instrument.Name;
        _bounds = Kind is MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    /// <summary>Name in the text format.</summary>
    public string Name { get; }

    /// <summary>One sentence.</summary>
    public string Help { get; }

    /// <summary>How its values become numbers.</summary>
    public MetricKind Kind { get; }

    /// <summary>Whether its values are asked for at each scrape.</summary>
    public bool Observed { get; }

    /// <summary>Upper bounds of the buckets.</summary>
    public ReadOnlySpan<double> Bounds => _bounds;

    /// <summary>All series.</summary>
    public IEnumerable<MetricSeries> Series => _byLabels.Values;

    /// <summary>Takes in a measurement.</summary>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, long scrape)
    {
        var series = Find(tags);
        if (Observed)
        {
            series.Set(value, scrape);
        }
        else if (Kind is MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (Kind is MetricKind.Gauge)
        {
            series.Set(value, 0);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Texts are made for tags that were not seen before, or found no place of their own.</summary>
    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var known))
        {
            return known;
        }

        var series = Find(Format(tags));
        if (series.Labels != SeriesBudget.OverflowLabels)
        {
            _byTags[tags.ToArray()] = series;
        }

        return series;
    }

    private MetricSeries Find(string labels)
    {
        if (_byLabels.TryGetValue(labels, out var series))
        {
            return series;
        }

        var allowed = _budget.TryTake() ? labels : SeriesBudget.OverflowLabels;
        return _byLabels.GetOrAdd(allowed, text => new MetricSeries(text, _bounds));
    }

    private static string Format(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (tag, value) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(MetricName.Label(tag)).Append("=\"");
            foreach (var c in value?.ToString() ?? "")
            {
                _ = c switch
                {
                    '\\' => labels.Append("\\\\"),
                    '"' => labels.Append("\\\""),
                    '\n' => labels.Append("\\n"),
                    _ => labels.Append(c),
                };
            }

            labels.Append('"');
        }

        return labels.ToString();
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
        {
            return MetricKind.Counter;
        }

        if (type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>))
        {
            return MetricKind.Sum;
        }

        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };
}
