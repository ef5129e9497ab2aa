using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Brings a database to the newest schema. All missing steps are one transaction under an advisory lock, so that processes that
/// start at once do not disturb each other: one of them does it, the others wait and find it done.
/// </summary>
internal static class PostgresSchema
{
    private const long Lock = 0x4469_7370_6174_6368; // "Dispatch"

    private const string Start = """
        CREATE SCHEMA IF NOT EXISTS dispatcher;
        CREATE TABLE IF NOT EXISTS dispatcher.schema_version (
            version    integer     PRIMARY KEY,
            name       text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """;

    private const string HasVersion = "SELECT count(*) FROM pg_tables WHERE schemaname = 'dispatcher' AND tablename = 'schema_version'";
    private const string AnyTable = "SELECT count(*) FROM pg_tables WHERE schemaname = 'dispatcher'";
    private const string Newest = "SELECT coalesce(max(version), 0)::bigint FROM dispatcher.schema_version";

    /// <summary>The steps that this program knows, in order.</summary>
    public static IReadOnlyList<SchemaStep> Steps { get; } = SchemaStep.Of("Postgres");

    /// <summary>Applies the steps that are missing; returns how many.</summary>
    /// <exception cref="StoreException">The database is newer than the program, another program's, or not UTF-8.</exception>
    public static async Task<int> ApplyAsync(
        NpgsqlConnection connection, IReadOnlyList<SchemaStep> steps, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancellation);
        await RefuseOthersAsync(connection, cancellation);
        if (await NumberAsync(connection, HasVersion, cancellation) == 0)
        {
            await RunAsync(connection, Start, cancellation);
        }

        var version = await NumberAsync(connection, Newest, cancellation);
        if (version > steps[^1].Version)
        {
            throw new StoreException(
                $"the database {connection.Database} has schema {version}, this program knows {steps[^1].Version}: "
                + "it was written by a newer version of Dispatcher; use that version");
        }

        var missing = steps.Where(one => one.Version > version).ToArray();
        foreach (var step in missing)
        {
            await ApplyAsync(connection, step, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return missing.Length;
    }

    private static async Task RefuseOthersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        var encoding = (string?)await command.ExecuteScalarAsync(cancellation);
        if (encoding != "UTF8")
        {
            throw new StoreException(
                $"the database {connection.Database} has the encoding {encoding}: create one with ENCODING 'UTF8'");
        }

        if (await NumberAsync(connection, HasVersion, cancellation) == 0
            && await NumberAsync(connection, AnyTable, cancellation) > 0)
        {
            throw new StoreException(
                $"the database {connection.Database} has a schema \"dispatcher\" of another program: use another database");
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, SchemaStep step, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(connection, step.Sql, cancellation);
        }
        catch (PostgresException e)
        {
            throw new StoreException($"schema step {step.Name} failed in the database {connection.Database}: {e.MessageText}", e);
        }

        await using var insert = new NpgsqlCommand("INSERT INTO dispatcher.schema_version (version, name) VALUES ($1, $2)", connection);
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = step.Version });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = step.Name });
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(cancellation) ?? 0L);
    }
}
