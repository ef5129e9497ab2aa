using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>The open database: its lock, its writer, its readers and what is in memory of it.</summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    /// <summary>Name of the database inside the data folder.</summary>
    public const string Name = "dispatcher.db";

    private readonly FolderLock _lock;

    private SqliteFile(FolderLock taken, Connection connection, ILogger log)
    {
        _lock = taken;
        Leftovers = FindLeftovers(connection);
        Logs.Load(connection);
        Reads = new ReadPool(connection.File, Math.Clamp(Environment.ProcessorCount, 2, 8));
        Writer = new SqliteWriter(connection, Logs, log);
    }

    /// <summary>Logs that were deleted and still have records.</summary>
    public IReadOnlyList<long> Leftovers { get; }

    /// <summary>All record logs.</summary>
    public LogTable Logs { get; } = new();

    /// <summary>Connections to read with.</summary>
    public ReadPool Reads { get; }

    /// <summary>The one writer.</summary>
    public SqliteWriter Writer { get; }

    /// <summary>Locks the folder, opens the database and brings its schema up to date.</summary>
    /// <exception cref="StoreException">It cannot be used; the text says why.</exception>
    public static SqliteFile Open(
        string folder, IReadOnlyList<SchemaStep> schema, TimeProvider time, ILogger log, out int applied)
    {
        SqliteNative.Use();
        var taken = FolderLock.Take(folder);
        Connection? connection = null;
        try
        {
            connection = new Connection(Path.Combine(folder, Name), write: true);
            Prepare(connection);
            applied = SqliteSchema.Apply(connection, schema, time);
            return new SqliteFile(taken, connection, log);
        }
        catch
        {
            connection?.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Reads.DisposeAsync();
        await Writer.DisposeAsync();
        _lock.Dispose();
    }

    private static void Prepare(Connection connection)
    {
        connection.Run("PRAGMA page_size = 8192"); // of a new file; records of 2 KB still lie in one page
        if (connection.Text("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new StoreException($"{connection.File} is on a file system without shared memory: use a local disk");
        }

        connection.Run("PRAGMA synchronous = FULL");
        connection.Run("PRAGMA wal_autocheckpoint = 0"); // the writer does it, after it has answered its callers
        connection.Run("PRAGMA journal_size_limit = 67108864");
        connection.Run("PRAGMA cache_size = -16384");
    }

    private static List<long> FindLeftovers(Connection connection)
    {
        var found = new List<long>();
        using var select = connection.Use("SELECT id FROM logs WHERE name IS NULL");
        while (select.Step())
        {
            found.Add(select.Long(0));
        }

        return found;
    }
}
