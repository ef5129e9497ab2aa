using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Appends the records of many callers to many logs in one round trip. The rows of the logs are locked, in one order, until the
/// transaction is committed: so positions have no gaps and become visible in their order, whoever else appends. One at a time,
/// its lists are used again: nothing is allocated per record.
/// </summary>
internal sealed class LogAppends(TimeProvider time, Action<string, LogState> appended)
{
    private const string Lock = "SELECT 1 FROM dispatcher.logs WHERE name = ANY($1) ORDER BY id FOR UPDATE";

    private const string Append = """
        WITH moved AS (
            UPDATE dispatcher.logs l SET next = l.next + g.added, last_ms = greatest(l.last_ms, $3)
            FROM unnest($1, $2) WITH ORDINALITY AS g(name, added, n)
            WHERE l.name = g.name AND NOT l.sealed
            RETURNING g.n - 1 AS n, l.id, l.next - g.added AS first, l.next, l.last_ms
        ), stored AS (
            INSERT INTO dispatcher.records (log, position, time_ms, key, data)
            SELECT m.id, m.first + r.at, m.last_ms, r.key, r.data
            FROM unnest($4, $5, $6, $7) AS r(n, at, key, data) JOIN moved m ON m.n = r.n
        )
        SELECT n, id, first, next FROM moved
        """;

    private readonly Dictionary<string, int> _logs = [];
    private readonly List<string> _names = [];
    private readonly List<long> _added = [];
    private readonly List<int> _log = [];
    private readonly List<int> _at = [];
    private readonly List<ReadOnlyMemory<byte>> _keys = [];
    private readonly List<ReadOnlyMemory<byte>> _data = [];
    private LogState?[] _states = [];
    private long[] _firsts = [];

    /// <summary>Runs it; notes the results and tells what was appended.</summary>
    public async Task RunAsync(NpgsqlConnection connection, IReadOnlyList<LogAppendJob> jobs)
    {
        try
        {
            Collect(jobs);
            await ExecuteAsync(connection);
            foreach (var job in jobs)
            {
                Note(job, _logs[job.Log]);
            }

            for (var n = 0; n < _names.Count; n++)
            {
                if (_states[n] is { } state)
                {
                    appended(_names[n], state);
                }
            }
        }
        finally
        {
            Clear();
        }
    }

    private async Task ExecuteAsync(NpgsqlConnection connection)
    {
        _states = new LogState?[_names.Count];
        _firsts = new long[_names.Count];
        await using var batch = new NpgsqlBatch(connection);
        var hold = new NpgsqlBatchCommand(Lock);
        hold.Parameters.With(_names);
        batch.BatchCommands.Add(hold);
        var append = new NpgsqlBatchCommand(Append);
        append.Parameters.With(_names).With(_added).With(time.GetUtcNow().ToUnixTimeMilliseconds());
        append.Parameters.With(_log).With(_at).With(_keys).With(_data);
        batch.BatchCommands.Add(append);

        await using var rows = await batch.ExecuteReaderAsync(CancellationToken.None);
        while (await rows.NextResultAsync(CancellationToken.None))
        {
            while (await rows.ReadAsync(CancellationToken.None))
            {
                var n = (int)rows.GetInt64(0);
                _states[n] = new LogState(rows.GetInt64(1), rows.GetInt64(3), Sealed: false);
                _firsts[n] = rows.GetInt64(2);
            }
        }
    }

    private void Collect(IReadOnlyList<LogAppendJob> jobs)
    {
        foreach (var job in jobs)
        {
            if (!_logs.TryGetValue(job.Log, out var n))
            {
                _logs[job.Log] = n = _names.Count;
                _names.Add(job.Log);
                _added.Add(0);
            }

            for (var i = 0; i < job.Records.Count; i++)
            {
                _log.Add(n);
                _at.Add((int)_added[n] + i);
                _keys.Add(job.Records[i].Key);
                _data.Add(job.Records[i].Data);
            }

            _added[n] += job.Records.Count;
        }
    }

    private void Note(LogAppendJob job, int n)
    {
        if (_states[n] is null)
        {
            job.Note(null); // sealed or missing
            return;
        }

        job.Note(_firsts[n]);
        _firsts[n] += job.Records.Count;
    }

    private void Clear()
    {
        _logs.Clear();
        _names.Clear();
        _added.Clear();
        _log.Clear();
        _at.Clear();
        _keys.Clear();
        _data.Clear();
    }
}
