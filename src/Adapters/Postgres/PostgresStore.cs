using Dispatcher.Adapters.Sqlite;
using Dispatcher.Adapters.Stores;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>The store in the schema <c>dispatcher</c> of a PostgreSQL database, for any number of processes at once.</summary>
internal sealed partial class PostgresStore : IStore
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PostgresDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly LogWatch _watch;
    private readonly Notifier _notifier;
    private readonly Listener _listener;
    private readonly GroupWriter<CheckpointSave> _saves;
    private readonly GroupWriter<LogAppendJob> _appends;
    private bool _disposed;

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="StoreException">The connection string cannot be read.</exception>
    public PostgresStore(string connectionString, TimeProvider time, ILogger<PostgresStore> log)
    {
        (_time, _log) = (time, log);
        _database = new PostgresDatabase(connectionString);
        _watch = new LogWatch(_database);
        _notifier = new Notifier(_database, log);
        var queues = new QueueSignals(time);
        _listener = new Listener(_database, _watch, queues, time, log);
        _saves = new(_database, new CheckpointSaves().RunAsync);
        _appends = new(_database, new LogAppends(
            time, (name, state) => PostgresRecordLogStore.Appended(_watch, _notifier, name, state)).RunAsync);
        Documents = new PostgresDocumentStore(_database);
        Blobs = new PostgresBlobStore(_database);
        Checkpoints = new PostgresCheckpointStore(_database, _saves);
        Queues = new PostgresQueueStore(_database, queues, _notifier, time);
        Logs = new PostgresRecordLogStore(_database, _appends, _watch, _notifier);
    }

    /// <inheritdoc/>
    public IDocumentStore Documents { get; }

    /// <inheritdoc/>
    public IBlobStore Blobs { get; }

    /// <inheritdoc/>
    public ICheckpointStore Checkpoints { get; }

    /// <inheritdoc/>
    public IRecordLogStore Logs { get; }

    /// <inheritdoc/>
    public IQueueStore Queues { get; }

    /// <summary>The schema to reach; tests show with it how a database grows.</summary>
    internal IReadOnlyList<SchemaStep> Schema { get; init; } = PostgresSchema.Steps;

    /// <summary>Completes when deletions that the last stop interrupted are done.</summary>
    internal Task Swept { get; private set; } = Task.CompletedTask;

    /// <summary>Transactions of grouped appends that were tried.</summary>
    internal long AppendTransactions => _appends.Transactions;

    /// <summary>Transactions of grouped checkpoints that were tried.</summary>
    internal long SaveTransactions => _saves.Transactions;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellation)
    {
        await MigrateAsync(cancellation);
        _saves.Start();
        _appends.Start();
        _notifier.Start();
        _listener.Start();
        Swept = Task.Run(SweepAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellation)
        => await _database.WriteAsync(
            "INSERT INTO dispatcher.probe (id, at_ms) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at_ms = excluded.at_ms",
            all => all.With(_time.GetUtcNow().ToUnixTimeMilliseconds()),
            cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stop.CancelAsync();
        await Swept;
        await _saves.DisposeAsync();
        await _appends.DisposeAsync();
        await _notifier.DisposeAsync();
        await _listener.DisposeAsync();
        _watch.Dispose();
        await _database.DisposeAsync();
        _stop.Dispose();
    }

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenAsync(cancellation);
        try
        {
            var applied = await PostgresSchema.ApplyAsync(connection, Schema, cancellation);
            Opened(_database.Target, Schema[^1].Version, applied);
            await WarnAsync(connection, "fsync", cancellation);
            await WarnAsync(connection, "synchronous_commit", cancellation);
        }
        catch (Exception e) when (PostgresErrors.IsTrouble(e))
        {
            throw PostgresErrors.From(_database.Target, e);
        }
    }

    /// <summary>What is reported as done must survive a crash of the server's machine.</summary>
    private async Task WarnAsync(NpgsqlConnection connection, string setting, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SHOW {setting}", connection);
        if ((string?)await command.ExecuteScalarAsync(cancellation) == "off")
        {
            NotDurable(_database.Target, setting);
        }
    }

    private async Task SweepAsync()
    {
        try
        {
            foreach (var log in await LogRemoval.LeftoversAsync(_database, _stop.Token))
            {
                await LogRemoval.RemoveAsync(_database, log, _stop.Token);
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
