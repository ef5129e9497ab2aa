using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>
/// The only writer of the file: one thread that takes all waiting writes into one transaction. A caller goes on when that
/// transaction is on the disk; a write that fails fails alone, a transaction that fails fails all of its callers.
/// </summary>
internal sealed partial class SqliteWriter : IAsyncDisposable
{
    private const int PageBytes = 8_192;
    private const int LogPagesToEmpty = 8_192; // 64 MiB

    private readonly Connection _connection;
    private readonly LogTable _logs;
    private readonly ILogger _log;
    private readonly Channel<WriteJob> _queue = Channel.CreateBounded<WriteJob>(
        new BoundedChannelOptions(Limits.StoreQueuedWrites) { SingleReader = true });

    private readonly List<WriteJob> _group = [];
    private readonly Task _loop;
    private long _transactions;
    private long _writes;
    private long _sinceCheckpoint;

    /// <summary>Starts the thread. The connection is the writer's from here on.</summary>
    public SqliteWriter(Connection connection, LogTable logs, ILogger log)
    {
        (_connection, _logs, _log) = (connection, logs, log);
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Transactions committed.</summary>
    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Writes of callers in them.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Runs work inside the next transaction; completes when it is durable.</summary>
    /// <param name="work">Runs on the writer's thread; what it throws undoes it and reaches the caller.</param>
    /// <param name="bytes">About how much it writes.</param>
    /// <param name="cancellation">Counts until the writer takes the work.</param>
    public Task<T> RunAsync<T>(Func<Connection, T> work, int bytes, CancellationToken cancellation)
        => RunAsync(new WorkJob<T>(work, bytes, cancellation), cancellation);

    /// <summary>Runs a write inside the next transaction; completes when it is durable.</summary>
    /// <param name="job">The write; what it throws undoes it and reaches the caller.</param>
    /// <param name="cancellation">Counts until the writer takes the work.</param>
    public Task<T> RunAsync<T>(ResultJob<T> job, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        return _queue.Writer.TryWrite(job) ? job.Done : WaitAsync(job, cancellation);
    }

    /// <summary>Finishes what waits and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _connection.Dispose();
    }

    private async Task<T> WaitAsync<T>(ResultJob<T> job, CancellationToken cancellation)
    {
        try
        {
            await _queue.Writer.WriteAsync(job, cancellation);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreException($"{_connection.File} is closed: the server is stopping", e);
        }

        return await job.Done;
    }

    private void Loop()
    {
        while (_queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            RunGroup();
        }

        EmptyLog(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }

    private void RunGroup()
    {
        _group.Clear();
        try
        {
            _connection.Run("BEGIN IMMEDIATE");
            var bytes = ApplyWaiting();
            _logs.Save(_connection);
            _connection.Run("COMMIT");
            Committed(bytes);
        }
        catch (Exception e)
        {
            Failed(e);
        }
    }

    private long ApplyWaiting()
    {
        long bytes = 0;
        while (_group.Count < Limits.StoreGroupWrites && bytes < Limits.StoreGroupBytes
            && _queue.Reader.TryRead(out var job))
        {
            if (job.IsCancelled)
            {
                job.Cancel();
                continue;
            }

            Apply(job);
            bytes += job.Bytes;
        }

        return bytes;
    }

    private void Apply(WriteJob job)
    {
        _group.Add(job);
        Mark(job, "SAVEPOINT job");
        try
        {
            job.Apply(_connection);
        }
        catch (Exception e) when (_connection.InTransaction)
        {
            Mark(job, "ROLLBACK TO job");
            _group.RemoveAt(_group.Count - 1);
            job.Fail(e);
        }

        Mark(job, "RELEASE job");
    }

    /// <summary>Sets the point to which a job that fails is undone, goes back to it, or gives it up.</summary>
    private void Mark(WriteJob job, string sql)
    {
        if (!job.IsOneStatement)
        {
            _connection.Run(sql);
        }
    }

    private void Committed(long bytes)
    {
        Interlocked.Increment(ref _transactions);
        Interlocked.Add(ref _writes, _group.Count);
        _logs.Publish();
        foreach (var job in _group)
        {
            job.Complete();
        }

        _sinceCheckpoint += bytes + ((long)_group.Count * PageBytes);
        if (_sinceCheckpoint > Limits.StoreLogBytes)
        {
            EmptyLog(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
    }

    /// <summary>Nothing of the group is on the disk.</summary>
    private void Failed(Exception exception)
    {
        _logs.Forget();
        TransactionFailed(_group.Count, exception);
        if (_group.Count == 0 && _queue.Reader.TryRead(out var first))
        {
            _group.Add(first); // the transaction did not even begin; somebody must hear of it
        }

        foreach (var job in _group)
        {
            job.Fail(exception);
        }

        try
        {
            if (_connection.InTransaction)
            {
                _connection.Run("ROLLBACK");
            }
        }
        catch (StoreException e)
        {
            Troubled(e); // the next BEGIN fails and tells its callers
        }
    }

    private void EmptyLog(int mode)
    {
        try
        {
            _sinceCheckpoint = 0;
            if (_connection.Checkpoint(mode) > LogPagesToEmpty)
            {
                _connection.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
            }
        }
        catch (StoreException e)
        {
            Troubled(e); // the write-ahead log stays and is complete; writes that meet the same trouble tell their callers
        }
    }
}
