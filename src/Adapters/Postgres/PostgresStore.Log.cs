using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Postgres;

internal sealed partial class PostgresStore
{
    [LoggerMessage(Level = LogLevel.Information, EventName = "StoreOpened",
        Message = "Store opened in {Target}: schema {Schema}, {Applied} steps applied now")]
    private partial void Opened(string target, int schema, int applied);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreNotDurable",
        Message = "{Target} has {Setting} off: a crash of its machine loses what was reported as done")]
    private partial void NotDurable(string target, string setting);

    [LoggerMessage(Level = LogLevel.Warning, EventName = "StoreSweepFailed",
        Message = "Records of deleted streams are still in the store; the next start removes them")]
    private partial void SweepFailed(Exception exception);
}
