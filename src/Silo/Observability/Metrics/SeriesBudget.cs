namespace Dispatcher.Silo.Observability.Metrics;

/// <summary>How many more series may be made: labels come from outside, memory does not.</summary>
internal sealed class SeriesBudget(int series)
{
    /// <summary>The labels of the series that counts what found no place of its own.</summary>
    public const string OverflowLabels = "overflow=\"true\"";

    private int _left = series;

    /// <summary>Takes one; false where none is left.</summary>
    public bool TryTake() => Volatile.Read(ref _left) > 0 && Interlocked.Decrement(ref _left) >= 0;
}
