using System.Threading.Channels;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>
/// Takes all waiting writes of one kind into one transaction and one round trip. A caller goes on when that transaction is
/// durable. A write that the server refuses fails alone; where the connection breaks, the outcome of the whole group is unknown
/// and all of its callers are told so.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="write">Runs the jobs as one implicit transaction on a connection, to its last answer, and notes their results.</param>
internal sealed class GroupWriter<TJob>(PostgresDatabase database, Func<NpgsqlConnection, IReadOnlyList<TJob>, Task> write)
    : IAsyncDisposable
    where TJob : GroupJob
{
    private const int Attempts = 5;

    private readonly Channel<TJob> _queue = Channel.CreateBounded<TJob>(
        new BoundedChannelOptions(Limits.StoreQueuedWrites) { SingleReader = true });

    private readonly List<TJob> _group = [];
    private Task _loop = Task.CompletedTask;
    private long _transactions;

    /// <summary>Transactions that were tried.</summary>
    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Starts to write.</summary>
    public void Start() => _loop = Task.Run(LoopAsync);

    /// <summary>Gives a job to the next transaction; its own task tells how that ended.</summary>
    public async ValueTask AddAsync(TJob job, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await _queue.Writer.WriteAsync(job, cancellation);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreException($"{database.Target} is closed: the server is stopping", e);
        }
    }

    /// <summary>Finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task LoopAsync()
    {
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            TakeWaiting();
            await RunAsync(_group);
        }
    }

    private void TakeWaiting()
    {
        _group.Clear();
        long bytes = 0;
        while (_group.Count < Limits.StoreGroupWrites && bytes < Limits.StoreGroupBytes && _queue.Reader.TryRead(out var job))
        {
            if (job.IsCancelled)
            {
                job.Cancel();
                continue;
            }

            _group.Add(job);
            bytes += job.Bytes;
        }
    }

    /// <summary>Runs a group; where the server refuses it as a whole, each job by itself.</summary>
    private async Task RunAsync(IReadOnlyList<TJob> jobs)
    {
        var failure = jobs.Count == 0 ? null : await TryAsync(jobs);
        if (failure is PostgresException refused && jobs.Count > 1 && PostgresErrors.IsRolledBack(refused))
        {
            foreach (var job in jobs)
            {
                await RunAsync([job]);
            }

            return;
        }

        foreach (var job in jobs)
        {
            Tell(job, failure);
        }
    }

    /// <summary>Runs jobs as one transaction; returns why it failed, null where it did not.</summary>
    private async Task<Exception?> TryAsync(IReadOnlyList<TJob> jobs)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Interlocked.Increment(ref _transactions);
                await WriteAsync(jobs);
                return null;
            }
            catch (PostgresException e) when (PostgresErrors.IsConflict(e) && attempt < Attempts)
            {
                // Rolled back, and not for what it is: again.
            }
            catch (Exception e)
            {
                return e;
            }
        }
    }

    private async Task WriteAsync(IReadOnlyList<TJob> jobs)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None);
        try
        {
            await write(connection, jobs);
        }
        catch (PostgresException e)
        {
            PostgresDatabase.Mend(connection, e);
            throw;
        }
    }

    private void Tell(TJob job, Exception? failure)
    {
        if (failure is null)
        {
            job.Complete();
        }
        else
        {
            job.Fail(PostgresErrors.IsTrouble(failure) ? PostgresErrors.FromWrite(database.Target, failure) : failure);
        }
    }
}
