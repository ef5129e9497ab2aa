using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Embedded;

internal sealed partial class StreamPutter
{
    [LoggerMessage(EventName = "StreamPutFailed", Level = LogLevel.Error, Message = "{Count} records could not be stored in {Log}")]
    private static partial void LogPutFailed(ILogger logger, Exception error, string log, int count);
}
