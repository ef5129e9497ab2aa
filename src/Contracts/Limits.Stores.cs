namespace Dispatcher.Contracts;

// Limits of stores.
public static partial class Limits
{
    /// <summary>Writes that wait for the store's writer: more callers than this wait one step earlier.</summary>
    public const int StoreQueuedWrites = 4_096;

    /// <summary>Writes in one transaction of the store; bounds how long the first of them waits for the last.</summary>
    public const int StoreGroupWrites = 1_024;

    /// <summary>Bytes after which a transaction of the store takes no more writes: a second of a slow disk.</summary>
    public const int StoreGroupBytes = 16 * 1024 * 1024;

    /// <summary>Bytes written to the store between two moves of its write-ahead log into the file.</summary>
    public const int StoreLogBytes = 16 * 1024 * 1024;

    /// <summary>Records that one transaction of the store removes; a few milliseconds, so that appends go on in between.</summary>
    public const int StoreTrimRecords = 2_000;

    /// <summary>
    /// Connections of one process to PostgreSQL where the connection string does not say it: five processes fit into its default
    /// of 100.
    /// </summary>
    public const int PostgresConnections = 20;

    /// <summary>Connections of one silo to PostgreSQL for the membership: it reads and writes one row now and then.</summary>
    public const int MembershipConnections = 3;

    /// <summary>Connections of one silo to PostgreSQL for reminders: a thousand of them a second is enough.</summary>
    public const int ReminderConnections = 5;

    /// <summary>Milliseconds between two attempts to listen to PostgreSQL again: waits of streams hang until then.</summary>
    public const int PostgresReconnectMs = 500;

    /// <summary>Milliseconds between two looks at the logs that are waited for, in case a notice was lost with its sender.</summary>
    public const int PostgresLookMs = 5_000;
}
