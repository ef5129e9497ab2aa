using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers;

internal sealed partial class WorkerStarter
{
    [LoggerMessage(1, LogLevel.Warning, "{Function}: a worker could not be initialised ({Reason}); it is tried once more",
        EventName = "WorkerInitFailed")]
    private partial void LogInitFailed(string function, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Function}: no worker can be started: {Reason}", EventName = "WorkerStartFailed")]
    private partial void LogNoWorker(string function, string reason);
}
