using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Removes records in steps, each small enough not to hold up other writers.</summary>
internal static class LogRemoval
{
    /// <summary>About what one step writes: the pages of records of a few hundred bytes.</summary>
    public const int StepBytes = Limits.StoreTrimRecords * 256;

    /// <summary>Removes the positions from <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    public static void Remove(Connection connection, long log, long from, long to)
    {
        using var delete = connection.Use("DELETE FROM records WHERE log = ? AND position >= ? AND position < ?");
        delete.Bind(1, log).Bind(2, from).Bind(3, to).Run();
    }

    /// <summary>Removes some records of a log without a name, and the log itself with the last one; false when all is done.</summary>
    public static bool Sweep(Connection connection, long log)
    {
        var (first, next) = (0L, 0L);
        using (var select = connection.Use("SELECT first, next FROM logs WHERE id = ? AND name IS NULL"))
        {
            if (!select.Bind(1, log).Step())
            {
                return false;
            }

            (first, next) = (select.Long(0), select.Long(1));
        }

        var upTo = Math.Min(next, first + Limits.StoreTrimRecords);
        Remove(connection, log, first, upTo);
        using var update = connection.Use(upTo == next ? "DELETE FROM logs WHERE id = ?1" : "UPDATE logs SET first = ?2 WHERE id = ?1");
        update.Bind(1, log);
        if (upTo < next)
        {
            update.Bind(2, upTo);
        }

        update.Run();
        return upTo < next;
    }
}
