using System.Collections.Concurrent;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Who waits for which log, in this process. What is known of a log comes from a first look, from this process' own appends and
/// from the notices of others; every few seconds, and when the connection for notices is back, all are looked at again.
/// </summary>
internal sealed class LogWatch(PostgresDatabase database) : IDisposable
{
    private const string Look = "SELECT name, id, next, sealed FROM dispatcher.logs WHERE name = ANY($1)";
    private const int LookAtOnce = 1_000;

    private readonly ConcurrentDictionary<string, WatchedLog> _logs = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Completes when the log has a record at or above a position, is sealed or is gone.</summary>
    public async ValueTask WaitAsync(string name, long from, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (await WaitAsync(name, _logs.GetOrAdd(name, static _ => new WatchedLog()), from, cancellation))
        {
            // It was forgotten just as this began to wait.
        }
    }

    /// <summary>A log has records up to a position, or is sealed.</summary>
    public void Publish(string name, LogState state)
    {
        if (_logs.TryGetValue(name, out var log))
        {
            log.Publish(state);
        }
    }

    /// <summary>A log was deleted.</summary>
    public void PublishGone(string name, long id)
    {
        if (_logs.TryGetValue(name, out var log) && log.PublishGone(id))
        {
            _logs.TryRemove(new(name, log));
        }
    }

    /// <summary>Looks at all logs that somebody waits for, and forgets the others.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var (name, log) in _logs)
        {
            if (!log.HasWaiters)
            {
                _logs.TryRemove(new(name, log));
                log.Drop();
            }
        }

        foreach (var some in _logs.ToArray().Chunk(LookAtOnce))
        {
            await LookAsync(some, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>Waits; true where it must begin again.</summary>
    private async Task<bool> WaitAsync(string name, WatchedLog log, long from, CancellationToken cancellation)
    {
        log.Enter();
        try
        {
            await log.LoadedAsync(() => LoadAsync(name, log)).WaitAsync(cancellation);
            while (log.MustWait(from, out var change))
            {
                await change.WaitAsync(cancellation);
            }

            return log.IsDropped;
        }
        finally
        {
            log.Leave();
        }
    }

    /// <summary>The first look. Where it fails, those who wait hear of it and the next one looks again.</summary>
    private async Task LoadAsync(string name, WatchedLog log)
    {
        try
        {
            await LookAsync([new(name, log)], _stop.Token);
        }
        catch (StoreException)
        {
            _logs.TryRemove(new(name, log));
            throw;
        }
    }

    private async Task LookAsync(KeyValuePair<string, WatchedLog>[] logs, CancellationToken cancellation)
    {
        var versions = logs.Select(one => one.Value.Version).ToArray();
        var found = await database.ReadAsync(
            Look,
            all => all.With([.. logs.Select(one => one.Key)]),
            static async (rows, cancellation) =>
            {
                var states = new Dictionary<string, LogState>();
                while (await rows.ReadAsync(cancellation))
                {
                    states[rows.GetString(0)] = new LogState(rows.GetInt64(1), rows.GetInt64(2), rows.GetBoolean(3));
                }

                return states;
            },
            cancellation);
        for (var i = 0; i < logs.Length; i++)
        {
            var (name, log) = logs[i];
            if (found.TryGetValue(name, out var state))
            {
                log.Publish(state);
            }
            else if (log.PublishMissing(versions[i]))
            {
                _logs.TryRemove(logs[i]);
            }
        }
    }
}
