namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>The numbers of one instrument with one set of labels. Safe for concurrent writers and one reader.</summary>
/// <param name="labels">Labels as the text format shows them, without braces; empty for none.</param>
/// <param name="bounds">Upper bounds of the buckets; empty for all but histograms.</param>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly Lock _writing = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;
    private long _count;
    private long _scrape;

    /// <summary>Labels as the text format shows them, without braces.</summary>
    public string Labels => labels;

    /// <summary>Adds to the sum.</summary>
    public void Add(double value)
    {
        lock (_writing)
        {
            _value += value;
        }
    }

    /// <summary>Sets the value, as observed by this scrape.</summary>
    public void Set(double value, long scrape)
    {
        lock (_writing)
        {
            _value = value;
            _scrape = scrape;
        }
    }

    /// <summary>Counts a value into its bucket.</summary>
    public void Record(double value)
    {
        var at = Array.BinarySearch(bounds, value);
        lock (_writing)
        {
            _buckets[at >= 0 ? at : ~at]++;
            _count++;
            _value += value;
        }
    }

    /// <summary>A consistent copy; bucket counts are not cumulative, the last one is that of +Inf.</summary>
    public MetricSnapshot Read()
    {
        lock (_writing)
        {
            return new MetricSnapshot(_value, _count, _scrape, bounds.Length == 0 ? [] : (long[])_buckets.Clone());
        }
    }
}
