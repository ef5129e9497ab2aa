using System.Net.Sockets;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Turns what the client throws into words for the operator.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether an exception comes from the database or the way to it, and not from a bug or the caller.</summary>
    public static bool IsTrouble(Exception exception)
        => exception is NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException;

    /// <summary>
    /// Whether the server itself said that a transaction failed, so that nothing of it was done. A connection that broke says
    /// nothing about the transaction that was on its way.
    /// </summary>
    public static bool IsRolledBack(PostgresException exception) => exception.InvariantSeverity == "ERROR";

    /// <summary>Whether the same transaction may go through when it is tried again.</summary>
    public static bool IsConflict(PostgresException exception)
        => exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>The exception for the caller.</summary>
    /// <param name="target">Host, port and database, without credentials.</param>
    /// <param name="exception">What the client threw.</param>
    public static StoreException From(string target, Exception exception)
        => exception as StoreException ?? new StoreException(Explain(target, exception), exception);

    /// <summary>The exception for the caller of a write.</summary>
    public static StoreException FromWrite(string target, Exception exception) => exception switch
    {
        StoreException known => known,
        PostgresException { SqlState: not null } refused when IsRolledBack(refused) => From(target, exception),
        ObjectDisposedException => From(target, exception),
        _ => new StoreException($"{Explain(target, exception)}; whether the write was done is not known", exception),
    };

    private static string Explain(string target, Exception exception) => exception switch
    {
        PostgresException refused => $"{Explain(target, refused.SqlState)} (PostgreSQL {refused.SqlState}: {refused.MessageText})",
        ObjectDisposedException => $"{target} is closed: the server is stopping",
        _ when Find<SocketException>(exception) is { } socket
            => $"{target} cannot be reached ({socket.Message}): check host, port and that PostgreSQL runs",
        _ when Find<TimeoutException>(exception) is not null => $"{target} did not answer in time: check its load and the network",
        _ => $"the connection to {target} failed ({exception.Message})",
    };

    private static string Explain(string target, string code) => code switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            => $"{target} refuses the user or the password: check the connection string and pg_hba.conf",
        PostgresErrorCodes.InvalidCatalogName => $"{target} does not exist: create the database, or check its name",
        PostgresErrorCodes.InsufficientPrivilege
            => $"{target} does not let this user do it: make the user owner of the database or of its schema \"dispatcher\"",
        PostgresErrorCodes.TooManyConnections
            => $"{target} has no connection left: raise max_connections, or lower Maximum Pool Size in the connection string",
        PostgresErrorCodes.DiskFull => $"the disk of {target} is full: free some space",
        PostgresErrorCodes.ReadOnlySqlTransaction => $"{target} is read-only: connect to the primary server",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            => $"{target} is starting or stopping",
        _ => $"{target} refused",
    };

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        while (exception is not null and not T)
        {
            exception = exception.InnerException;
        }

        return (T?)exception;
    }
}
