using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Functions;

internal sealed partial class FunctionInvoker
{
    [LoggerMessage(EventName = "InvocationBroken", Level = LogLevel.Error, Message = "{Function} could not be run, request {RequestId}")]
    private static partial void LogBroken(ILogger logger, string function, Guid requestId, Exception error);
}
