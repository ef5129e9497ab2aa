using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Workers.Api;

internal sealed partial class RuntimeApiServer
{
    [LoggerMessage(1, LogLevel.Debug, "The Runtime API for workers listens on port {Port}", EventName = "RuntimeApiListening")]
    private partial void LogListening(int port);

    [LoggerMessage(2, LogLevel.Warning,
        "The Runtime API cannot be bound to the loopback device ({Reason}); connections from elsewhere are closed unread instead",
        EventName = "RuntimeApiNotRestricted")]
    private partial void LogNotRestricted(string reason);
}
