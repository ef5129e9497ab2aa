namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>How the values of an instrument become one number.</summary>
internal enum MetricKind
{
    /// <summary>Added up; only rises.</summary>
    Counter,

    /// <summary>Added up; may fall.</summary>
    Sum,

    /// <summary>The last value counts.</summary>
    Gauge,

    /// <summary>Counted into buckets.</summary>
    Histogram,
}
