namespace Dispatcher.Silo.Hosting;

internal sealed partial class MappingStarter
{
    [LoggerMessage(1, LogLevel.Error, "The stored mappings cannot be read; none was started", EventName = "MappingsUnreadable")]
    private static partial void LogListFailed(ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Error, "Mapping {Mapping} cannot be started", EventName = "MappingStartFailed")]
    private static partial void LogStartFailed(ILogger logger, string mapping, Exception error);
}
