using Dispatcher.Contracts.Records;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>One read of a log: the hot path, without an allocation per record.</summary>
/// <param name="View">The log when the read began; all of its records are visible.</param>
/// <param name="From">The first position wanted.</param>
/// <param name="Records">How many at most.</param>
/// <param name="Bytes">How many bytes at most; the first record comes in any case.</param>
/// <param name="Into">Where they go.</param>
internal readonly record struct LogRead(LogView View, long From, int Records, int Bytes, RecordPage Into)
{
    private const string Select = """
        SELECT position, time_ms, key, data FROM records WHERE log = ? AND position >= ? ORDER BY position
        """;

    /// <summary>Runs it; always true.</summary>
    public static bool Run(Connection connection, LogRead read)
    {
        var page = read.Into;
        using (var select = connection.Use(Select))
        {
            select.Bind(1, read.View.Id).Bind(2, page.NextPosition);
            var limit = (long)page.Bytes + read.Bytes;
            for (var left = read.Records; left > 0 && select.Step(); left--)
            {
                if (!Add(select, page, left == read.Records ? long.MaxValue : limit))
                {
                    break;
                }
            }
        }

        page.EndPosition = Math.Max(read.View.Next, page.NextPosition);
        page.EndOfShard = read.View.Sealed && page.NextPosition >= read.View.Next;
        return true;
    }

    private static bool Add(Statement row, RecordPage page, long limit)
    {
        var key = row.Bytes(2);
        var data = row.Bytes(3);
        if (page.Bytes + key.Length + data.Length > limit)
        {
            return false;
        }

        page.Add(new Record(row.Long(0), page.Copy(key), page.Copy(data), row.Long(1)));
        return true;
    }
}
