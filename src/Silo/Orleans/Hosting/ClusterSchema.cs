using System.Globalization;
using Npgsql;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>The tables of membership and reminders: numbered SQL files, each applied once, by one silo at a time.</summary>
internal static class ClusterSchema
{
    /// <summary>Any number that nobody else takes; the lock ends with its transaction.</summary>
    private const long Lock = 0x4469_7370_436C_7573;

    /// <summary>Applies what is missing.</summary>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, $"select pg_advisory_xact_lock({Lock.ToString(CultureInfo.InvariantCulture)})", cancellation);
        await RunAsync(connection, "create table if not exists cluster_migration (number integer primary key)", cancellation);
        foreach (var (number, sql) in Files())
        {
            await using var insert = new NpgsqlCommand("insert into cluster_migration values ($1) on conflict do nothing", connection);
            insert.Parameters.Add(new NpgsqlParameter { Value = number });
            if (await insert.ExecuteNonQueryAsync(cancellation) == 1)
            {
                await RunAsync(connection, sql, cancellation);
            }
        }

        await transaction.CommitAsync(cancellation);
    }

    private static IEnumerable<(int Number, string Sql)> Files()
    {
        var assembly = typeof(ClusterSchema).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), reader.ReadToEnd());
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // One simple statement list without parameters: @names inside dollar quotes are text.
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
