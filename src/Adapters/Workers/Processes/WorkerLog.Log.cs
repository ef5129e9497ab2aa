using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Processes;

internal sealed partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Function} {Request} {Stream}: {Line}", EventName = "FunctionOutput")]
    private partial void LogLine(string function, Guid request, string stream, string line);

    [LoggerMessage(2, LogLevel.Information, "{Function} (no request) {Stream}: {Line}", EventName = "FunctionOutputOutside")]
    private partial void LogLineOutside(string function, string stream, string line);

    [LoggerMessage(3, LogLevel.Warning, "{Function}: {Bytes} bytes of output were not logged (more than {Limit} per second)",
        EventName = "FunctionOutputDropped")]
    private partial void LogFlood(string function, long bytes, int limit);
}
