using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Http;

internal sealed partial class HttpFunctionRuntime
{
    [LoggerMessage(1, LogLevel.Warning, "Function {Function}, request {Request}: {Uri} cannot be reached: {Reason}",
        EventName = "HttpFunctionUnreachable")]
    private partial void LogUnreachable(string function, Guid request, string? uri, string reason);
}
