using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Removes the records of deleted logs in steps, so that no transaction runs for long.</summary>
internal static class LogRemoval
{
    private const string Step = """
        DELETE FROM dispatcher.records WHERE log = $1 AND position IN (
            SELECT position FROM dispatcher.records WHERE log = $1 ORDER BY position LIMIT $2)
        """;

    private const string Last = "DELETE FROM dispatcher.logs WHERE id = $1 AND name IS NULL";
    private const string Find = "SELECT id FROM dispatcher.logs WHERE name IS NULL";

    /// <summary>Deletions that a stop interrupted, of this process or of another one.</summary>
    public static ValueTask<List<long>> LeftoversAsync(PostgresDatabase database, CancellationToken cancellation)
        => database.ReadAsync(
            Find,
            static _ => { },
            static async (rows, cancellation) =>
            {
                var found = new List<long>();
                while (await rows.ReadAsync(cancellation))
                {
                    found.Add(rows.GetInt64(0));
                }

                return found;
            },
            cancellation);

    /// <summary>Removes the records of a log without a name, and the log. Several processes may do it at once.</summary>
    public static async Task RemoveAsync(PostgresDatabase database, long log, CancellationToken cancellation)
    {
        var removed = 1;
        while (removed > 0)
        {
            removed = await database.WriteAsync(Step, all => all.With(log).With(Limits.StoreTrimRecords), cancellation);
        }

        await database.WriteAsync(Last, all => all.With(log), cancellation);
    }
}
