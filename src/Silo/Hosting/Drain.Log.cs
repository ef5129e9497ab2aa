namespace Dispatcher.Silo.Hosting;

internal sealed partial class Drain
{
    [LoggerMessage(1, LogLevel.Information, "Stopping: {Grains} grains let their batches end, {Seconds} s at most", EventName = "Draining")]
    private static partial void LogDraining(ILogger logger, int grains, int seconds);

    [LoggerMessage(2, LogLevel.Information, "All batches have ended", EventName = "Drained")]
    private static partial void LogDrained(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "Batches still ran after {Seconds} s; their records are delivered again after the next start", EventName = "DrainCutOff")]
    private static partial void LogCutOff(ILogger logger, int seconds);

    [LoggerMessage(4, LogLevel.Error, "A grain failed while it was stopped", EventName = "DrainFailed")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
