using Dispatcher.Contracts.Functions;

namespace Dispatcher.Adapters.Workers;

/// <summary>The lines with which Lambda ends the log of an invocation.</summary>
internal static class ReportLines
{
    /// <summary>END and REPORT. The initialisation is billed, as at AWS.</summary>
    /// <param name="config">The function.</param>
    /// <param name="request">The invocation.</param>
    /// <param name="ms">Milliseconds that it took.</param>
    /// <param name="initMs">Milliseconds of the initialisation before it; 0 where there was none.</param>
    /// <param name="peakMegabytes">The most memory that the worker had.</param>
    /// <param name="status">How it ended where it did not succeed; else empty.</param>
    public static string Of(FunctionConfig config, Guid request, double ms, double initMs, long peakMegabytes, string status)
    {
        var init = initMs > 0 ? $"Init Duration: {initMs:F2} ms\t" : "";
        return $"END RequestId: {request}\nREPORT RequestId: {request}\tDuration: {ms:F2} ms\tBilled Duration: {Math.Ceiling(ms + initMs)} ms"
            + $"\tMemory Size: {config.MemorySize} MB\tMax Memory Used: {peakMegabytes} MB\t{init}{status}\n";
    }
}
