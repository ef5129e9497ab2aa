using System.Data;
using System.Runtime.InteropServices;
using Dispatcher.Contracts.Records;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>One read of a log: the hot path, one round trip, without an allocation per record.</summary>
/// <param name="Log">The log.</param>
/// <param name="From">The first position wanted.</param>
/// <param name="Records">How many at most.</param>
/// <param name="Bytes">How many bytes at most; the first record comes in any case.</param>
/// <param name="Into">Where they go.</param>
internal readonly record struct LogRead(string Log, long From, int Records, int Bytes, RecordPage Into)
{
    private const string State = "SELECT first, next, sealed FROM dispatcher.logs WHERE name = $1";

    // The sum keeps the server from sending what would not be taken.
    private const string Select = """
        SELECT position, time_ms, key, data FROM (
            SELECT position, time_ms, key, data, row_number() OVER w AS n, sum(octet_length(key) + octet_length(data)) OVER w AS bytes
            FROM dispatcher.records
            WHERE log = (SELECT id FROM dispatcher.logs WHERE name = $1) AND position >= $2
            WINDOW w AS (ORDER BY position ROWS UNBOUNDED PRECEDING)
            ORDER BY position LIMIT $3) AS taken
        WHERE bytes <= $4 OR n = 1
        """;

    /// <summary>Runs it; false where there is no such log.</summary>
    public static async ValueTask<bool> RunAsync(PostgresDatabase database, LogRead read, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        try
        {
            await using var batch = new NpgsqlBatch(connection);
            var state = new NpgsqlBatchCommand(State);
            state.Parameters.With(read.Log);
            batch.BatchCommands.Add(state);
            var select = new NpgsqlBatchCommand(Select);
            select.Parameters.With(read.Log).With(read.From).With(read.Records).With((long)read.Bytes);
            batch.BatchCommands.Add(select);
            await using var rows = await batch.ExecuteReaderAsync(CommandBehavior.Default, cancellation);
            return await FillAsync(rows, read, cancellation);
        }
        catch (Exception e) when (PostgresErrors.IsTrouble(e))
        {
            PostgresDatabase.Mend(connection, e);
            throw PostgresErrors.From(database.Target, e);
        }
    }

    private static async ValueTask<bool> FillAsync(NpgsqlDataReader rows, LogRead read, CancellationToken cancellation)
    {
        if (!await rows.ReadAsync(cancellation))
        {
            return false;
        }

        var page = read.Into;
        var (first, next, isSealed) = (rows.GetInt64(0), rows.GetInt64(1), rows.GetBoolean(2));
        page.NextPosition = Math.Max(read.From, first);
        await rows.NextResultAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            page.Add(new Record(rows.GetInt64(0), Copy(rows, 2, page), Copy(rows, 3, page), rows.GetInt64(1)));
        }

        page.EndPosition = Math.Max(next, page.NextPosition);
        page.EndOfShard = isSealed && page.NextPosition >= next;
        return true;
    }

    private static ReadOnlyMemory<byte> Copy(NpgsqlDataReader row, int column, RecordPage page)
    {
        var length = (int)row.GetBytes(column, 0, null, 0, 0);
        if (length == 0)
        {
            return default;
        }

        var memory = page.Reserve(length);
        MemoryMarshal.TryGetArray<byte>(memory, out var array);
        row.GetBytes(column, 0, array.Array, array.Offset, length);
        return memory;
    }
}
