using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Sqlite;

internal sealed partial class SqliteStore
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "StoreOpened",
        Message = "Store opened in {Folder}: schema {Schema}, {Applied} steps applied now")]
    private partial void Opened(string folder, int schema, int applied);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreSweepFailed",
        Message = "Records of deleted streams are still in the store; the next start removes them")]
    private partial void SweepFailed(Exception exception);
}
