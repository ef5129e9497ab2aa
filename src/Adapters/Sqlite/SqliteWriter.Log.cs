using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Sqlite;

internal sealed partial class SqliteWriter
{
    [LoggerMessage(Level = LogLevel.Error, EventName = "StoreTransactionFailed",
        Message = "A transaction of the store with {Writes} writes failed; all of their callers are told")]
    private partial void TransactionFailed(int writes, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreTroubled", Message = "The store could not tidy up")]
    private partial void Troubled(Exception exception);
}
