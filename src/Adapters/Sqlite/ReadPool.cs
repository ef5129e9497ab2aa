using System.Collections.Concurrent;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>A few connections that only read. They see what is committed and never hold up the writer.</summary>
internal sealed class ReadPool : IAsyncDisposable
{
    private readonly string _file;
    private readonly SemaphoreSlim _free;
    private readonly int _size;
    private readonly ConcurrentBag<Connection> _connections = [];
    private volatile bool _closed;

    /// <summary>A pool of at most so many connections; they are opened when they are needed.</summary>
    public ReadPool(string file, int size) => (_file, _size, _free) = (file, size, new SemaphoreSlim(size, size));

    /// <summary>Runs a read on the caller's thread as soon as a connection is free.</summary>
    public async ValueTask<TResult> RunAsync<TState, TResult>(
        TState state, Func<Connection, TState, TResult> read, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return Run(state, read);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that run and closes all connections; later reads throw.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < _size; i++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }

        while (_connections.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _free.Release(_size); // those who wait go on and find it closed
    }

    private TResult Run<TState, TResult>(TState state, Func<Connection, TState, TResult> read)
    {
        if (_closed)
        {
            throw new StoreException($"{_file} is closed: the server is stopping");
        }

        if (!_connections.TryTake(out var connection))
        {
            connection = Open();
        }

        try
        {
            return read(connection, state);
        }
        finally
        {
            _connections.Add(connection);
        }
    }

    private Connection Open()
    {
        var connection = new Connection(_file, write: false);
        connection.Run("PRAGMA query_only = ON");
        connection.Run("PRAGMA cache_size = -4096");
        return connection;
    }
}
