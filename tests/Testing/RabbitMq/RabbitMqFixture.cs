using Xunit;

namespace Dispatcher.Testing.RabbitMq;

/// <summary>
/// One RabbitMQ server for all tests of a collection. It starts when a test first asks for it, so that a run without such
/// tests does not wait for it.
/// </summary>
public sealed class RabbitMqFixture : IAsyncLifetime
{
    private Task<RabbitMqServer>? _server;

    /// <summary>The server; skips the running test where RabbitMQ is not installed.</summary>
    public Task<RabbitMqServer> ServerAsync()
    {
        RabbitMqServer.SkipIfMissing();
        return _server ??= RabbitMqServer.StartAsync();
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
