using Xunit;

namespace Dispatcher.Testing.Postgres;

/// <summary>
/// One PostgreSQL server for a whole test run (an assembly fixture); every test asks for a database of its own. It starts when
/// a test first asks for it, so that a run without such tests does not wait for it. Tests that stop it start one themselves.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly Lock _lock = new();
    private Task<PostgresServer>? _server;

    /// <summary>The server; skips the running test where PostgreSQL is not installed.</summary>
    public Task<PostgresServer> ServerAsync()
    {
        PostgresServer.SkipIfMissing();
        lock (_lock)
        {
            return _server ??= PostgresServer.StartAsync();
        }
    }

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is { IsCompletedSuccessfully: true })
        {
            await (await _server).DisposeAsync();
        }
    }
}
