using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Brings a database to the newest schema, one step after the other.</summary>
internal static class SqliteSchema
{
    private const string TableThere = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";
    private const string AnyTable = "SELECT count(*) FROM sqlite_master WHERE type = 'table'";
    private const string Newest = "SELECT coalesce(max(version), 0) FROM schema_version";

    /// <summary>The steps that this program knows, in order.</summary>
    public static IReadOnlyList<SchemaStep> Steps { get; } = SchemaStep.Of("Sqlite");

    /// <summary>Applies the steps that are missing; returns how many.</summary>
    /// <exception cref="StoreException">The database is newer than the program, another program's, or damaged.</exception>
    public static int Apply(Connection connection, IReadOnlyList<SchemaStep> steps, TimeProvider time)
    {
        if (connection.Number(TableThere) == 0)
        {
            Start(connection);
        }

        var version = connection.Number(Newest);
        var newest = steps[^1].Version;
        if (version > newest)
        {
            CheckIsWhole(connection);
            throw new StoreException(
                $"{connection.File} has schema {version}, this program knows {newest}: "
                + "it was written by a newer version of Dispatcher; use that version");
        }

        var missing = steps.Where(one => one.Version > version).ToArray();
        foreach (var step in missing)
        {
            Apply(connection, step, time);
        }

        return missing.Length;
    }

    /// <summary>A damaged page may say anything: a number read from one is no version.</summary>
    private static void CheckIsWhole(Connection connection)
    {
        if (connection.Text("PRAGMA quick_check(1)") is var found && found != "ok")
        {
            throw SqliteErrors.Damaged(connection.File, found);
        }
    }

    private static void Start(Connection connection)
    {
        if (connection.Number(AnyTable) > 0)
        {
            CheckIsWhole(connection);
            throw new StoreException(
                $"{connection.File} is a database of another program: move it away or choose another data folder");
        }

        connection.Run("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL)");
    }

    private static void Apply(Connection connection, SchemaStep step, TimeProvider time)
    {
        connection.Run("BEGIN IMMEDIATE");
        try
        {
            connection.RunScript(step.Sql);
            using (var insert = connection.Use("INSERT INTO schema_version VALUES (?, ?, ?)"))
            {
                insert.Bind(1, step.Version).Bind(2, step.Name).Bind(3, time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
            }

            connection.Run("COMMIT");
        }
        catch (StoreException e)
        {
            if (connection.InTransaction)
            {
                connection.Run("ROLLBACK");
            }

            CheckIsWhole(connection);
            throw new StoreException($"schema step {step.Name} failed: {e.Message}", e);
        }
    }
}
