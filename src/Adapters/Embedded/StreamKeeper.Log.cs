using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Embedded;

internal sealed partial class StreamKeeper
{
    [LoggerMessage(EventName = "StreamUpkeepFailed", Level = LogLevel.Warning, Message = "The upkeep of stream {Stream} failed and is tried again")]
    private static partial void LogUpkeepFailed(ILogger logger, Exception error, string stream);

    [LoggerMessage(EventName = "StreamsUpkeepFailed", Level = LogLevel.Warning, Message = "The streams could not be listed for their upkeep; it is tried again")]
    private static partial void LogListFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "StreamTrimmed", Level = LogLevel.Debug, Message = "{Records} records of stream {Stream} were older than its retention")]
    private static partial void LogTrimmed(ILogger logger, string stream, long records);
}
