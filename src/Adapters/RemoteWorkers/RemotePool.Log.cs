using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RemoteWorkers;

internal sealed partial class RemotePool
{
    [LoggerMessage(1, LogLevel.Warning, "{Version}: a remote worker could not be initialised ({Type}): {Error}",
        EventName = "RemoteWorkerInitFailed")]
    private partial void LogInitError(string version, string type, string error);

    [LoggerMessage(2, LogLevel.Warning, "{Version}: remote worker {Worker} asks for an event and did not answer its last one: it was started anew",
        EventName = "RemoteWorkerRestarted")]
    private partial void LogRestarted(string version, string worker);
}
