namespace Dispatcher.Bench;

/// <summary>What a run of wrk measured.</summary>
/// <param name="PerSecond">Requests per second.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
internal sealed record WrkResult(double PerSecond, double P50, double P99);
