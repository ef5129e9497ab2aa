using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>The pooled connections to one database, and the one place where the client's exceptions become the store's.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly NpgsqlDataSource _source;

    /// <summary>Reads the connection string; connects to nothing.</summary>
    /// <exception cref="StoreException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            Complete(settings);
            Target = $"PostgreSQL database {settings.Database ?? settings.Username} at {settings.Host}:{settings.Port}";
            _source = NpgsqlDataSource.Create(settings);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // What was given may hold a password: the message must not repeat it.
            throw new StoreException("the connection string for PostgreSQL cannot be read: write Host=…;Database=…;Username=…;Password=…", e);
        }
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Target { get; }

    /// <summary>What connections are opened with, without the password.</summary>
    internal string Settings => _source.ConnectionString;

    /// <summary>A connection from the pool.</summary>
    /// <exception cref="StoreException">There is no way to the database.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await _source.OpenConnectionAsync(cancellation);
        }
        catch (Exception e) when (PostgresErrors.IsTrouble(e))
        {
            throw PostgresErrors.From(Target, e);
        }
    }

    /// <summary>Runs a query.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public async ValueTask<T> ReadAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            bind(command.Parameters);
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            return await read(rows, cancellation);
        }
        catch (Exception e) when (PostgresErrors.IsTrouble(e))
        {
            Mend(connection, e);
            throw PostgresErrors.From(Target, e);
        }
    }

    /// <summary>
    /// Runs one statement that writes, a transaction of its own, and returns the rows it changed. The token counts until it is
    /// sent: what was sent is waited for.
    /// </summary>
    /// <exception cref="StoreException">It failed; the text says where the outcome is not known.</exception>
    public ValueTask<int> WriteAsync(string sql, Action<NpgsqlParameterCollection> bind, CancellationToken cancellation)
        => WriteAsync(sql, bind, static command => command.ExecuteNonQueryAsync(CancellationToken.None), cancellation);

    /// <summary>Runs one statement that writes and reads its first row; default where there is none.</summary>
    /// <exception cref="StoreException">It failed; the text says where the outcome is not known.</exception>
    public ValueTask<T?> WriteAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
        => WriteAsync(sql, bind, command => FirstAsync(command, read), cancellation);

    /// <summary>
    /// Runs several statements as one transaction in one round trip. The token counts until they are sent. Begins again where the
    /// transaction stood in the way of another one.
    /// </summary>
    /// <exception cref="StoreException">It failed; the text says where the outcome is not known.</exception>
    public async ValueTask<T> BatchAsync<T>(
        Action<NpgsqlBatch> prepare, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(cancellation);
            try
            {
                await using var batch = new NpgsqlBatch(connection);
                prepare(batch);
                await using var rows = await batch.ExecuteReaderAsync(CancellationToken.None);
                var result = await read(rows);
                await FinishAsync(rows);
                return result;
            }
            catch (PostgresException e) when (PostgresErrors.IsConflict(e) && attempt < Attempts)
            {
                // Rolled back, and not for what it is: again.
            }
            catch (Exception e) when (PostgresErrors.IsTrouble(e))
            {
                Mend(connection, e);
                throw PostgresErrors.FromWrite(Target, e);
            }
        }
    }

    /// <summary>
    /// Makes a connection fit for the next user after an exception. Npgsql 10.0.0 takes a statement for prepared when its first
    /// use fails on its parameters, but does not know its columns then, and fails at the next use: so all are forgotten.
    /// </summary>
    public static void Mend(NpgsqlConnection connection, Exception exception)
    {
        if (exception is not PostgresException || connection.State != System.Data.ConnectionState.Open)
        {
            return;
        }

        try
        {
            connection.UnprepareAll();
        }
        catch (Exception e) when (PostgresErrors.IsTrouble(e))
        {
            // It is broken: the pool closes it.
        }
    }

    /// <summary>Closes idle connections, and the others when they come back: after the server was away they are dead.</summary>
    public void Forget() => _source.Clear();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static void Complete(NpgsqlConnectionStringBuilder settings)
    {
        settings.ApplicationName ??= "dispatcher";
        settings.Enlist = false;
        settings.NoResetOnClose = true; // nothing here changes the state of a session
        settings.MaxAutoPrepare = Math.Max(settings.MaxAutoPrepare, 64);
        settings.AutoPrepareMinUsages = 2;
        // ContainsKey says whether there is such a setting at all, ShouldSerialize whether it was given.
        if (!settings.ShouldSerialize("Maximum Pool Size"))
        {
            settings.MaxPoolSize = Limits.PostgresConnections;
        }

        if (!settings.ShouldSerialize("Keepalive"))
        {
            settings.KeepAlive = 10;
        }
    }

    private static async Task<T?> FirstAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read)
    {
        await using var rows = await command.ExecuteReaderAsync(CancellationToken.None);
        var result = await rows.ReadAsync(CancellationToken.None) ? read(rows) : default;
        await FinishAsync(rows);
        return result;
    }

    /// <summary>Reads up to the last answer, which says that the transaction is committed.</summary>
    private static async Task FinishAsync(NpgsqlDataReader rows)
    {
        while (await rows.NextResultAsync(CancellationToken.None))
        {
            // Nobody wants these.
        }
    }

    private async ValueTask<T> WriteAsync<T>(
        string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await OpenAsync(cancellation);
            try
            {
                await using var command = new NpgsqlCommand(sql, connection);
                bind(command.Parameters);
                return await run(command);
            }
            catch (PostgresException e) when (PostgresErrors.IsConflict(e) && attempt < Attempts)
            {
                // Rolled back, and not for what it is: again.
            }
            catch (Exception e) when (PostgresErrors.IsTrouble(e))
            {
                Mend(connection, e);
                throw PostgresErrors.FromWrite(Target, e);
            }
        }
    }
}
