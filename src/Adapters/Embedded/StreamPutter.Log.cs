using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Embedded;

internal sealed partial class StreamPutter
{
    /// <summary>The first of several in a row: every caller gets the reason too.</summary>
    [LoggerMessage(EventName = "StreamPutFailed", Level = LogLevel.Error, Message = "{Count} records could not be stored in {Log}; not said again until some can be")]
    private static partial void LogPutFailed(ILogger logger, Exception error, string log, int count);
}
