namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>The numbers of a series at one moment.</summary>
/// <param name="Value">The sum, or the last value of a gauge.</param>
/// <param name="Count">Values recorded; histograms only.</param>
/// <param name="Scrape">The scrape that observed it; observable instruments only.</param>
/// <param name="Buckets">Values by bucket, not cumulative.</param>
internal readonly record struct MetricSnapshot(double Value, long Count, long Scrape, long[] Buckets);
