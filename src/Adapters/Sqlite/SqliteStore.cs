using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>The store in one SQLite file of a data folder; one process at a time.</summary>
internal sealed partial class SqliteStore(string folder, TimeProvider time, ILogger<SqliteStore> log) : IStore
{
    private readonly CancellationTokenSource _stop = new();
    private SqliteFile? _file;

    /// <inheritdoc/>
    public IDocumentStore Documents => field ??= new SqliteDocumentStore(this);

    /// <inheritdoc/>
    public IBlobStore Blobs => field ??= new SqliteBlobStore(this);

    /// <inheritdoc/>
    public ICheckpointStore Checkpoints => field ??= new SqliteCheckpointStore(this);

    /// <inheritdoc/>
    public IRecordLogStore Logs => field ??= new SqliteRecordLogStore(this, time);

    /// <inheritdoc/>
    public IQueueStore Queues => field ??= new SqliteQueueStore(this, time);

    /// <summary>The schema to reach; tests show with it how a database grows.</summary>
    internal IReadOnlyList<SchemaStep> Schema { get; init; } = SqliteSchema.Steps;

    /// <summary>The open file.</summary>
    /// <exception cref="InvalidOperationException">It is not open.</exception>
    internal SqliteFile File => _file ?? throw new InvalidOperationException("the store is not open");

    /// <summary>Completes when deletions that the last stop interrupted are done.</summary>
    internal Task Swept { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellation)
    {
        var path = Path.GetFullPath(folder);
        var applied = 0;
        _file = await Task.Run(() => SqliteFile.Open(path, Schema, time, log, out applied), cancellation);
        Opened(path, Schema[^1].Version, applied);
        Swept = SweepAsync(_file.Leftovers);
    }

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await File.Writer.RunAsync(connection =>
        {
            using var write = connection.Use("INSERT OR REPLACE INTO probe (id, at_ms) VALUES (1, ?)");
            write.Bind(1, now).Run();
            return true;
        }, 0, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Swept;
        if (_file is not null)
        {
            await _file.DisposeAsync();
        }

        _stop.Dispose();
    }

    /// <summary>Removes the records of a log without a name, step by step.</summary>
    internal async Task SweepAsync(long id, CancellationToken cancellation)
    {
        while (await File.Writer.RunAsync(connection => LogRemoval.Sweep(connection, id), LogRemoval.StepBytes, cancellation))
        {
        }
    }

    /// <summary>Goes on with deletions that the last stop interrupted.</summary>
    private async Task SweepAsync(IReadOnlyList<long> leftovers)
    {
        try
        {
            foreach (var id in leftovers)
            {
                await SweepAsync(id, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The next start goes on with it.
        }
        catch (StoreException e)
        {
            SweepFailed(e);
        }
    }
}
