using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Api;

/// <summary>What the gateway logs.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(EventId = 1, EventName = "GatewayCallFailed", Level = LogLevel.Error,
        Message = "{Method} {Path} failed, request {RequestId}")]
    public static partial void CallFailed(this ILogger log, Exception error, string method, string path, Guid requestId);

    [LoggerMessage(EventId = 2, EventName = "GatewayCallRefused", Level = LogLevel.Debug,
        Message = "{Method} {Path} refused, request {RequestId}: {Reason}")]
    public static partial void CallRefused(this ILogger log, string method, string path, Guid requestId, string reason);
}
