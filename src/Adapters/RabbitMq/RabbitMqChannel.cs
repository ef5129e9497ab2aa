using Dispatcher.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>
/// A channel that certainly ends. Where the broker does not answer to its closing, the connection under it is ended: a
/// channel left behind could hold messages that nobody reads for as long as the connection lasts.
/// </summary>
internal sealed class RabbitMqChannel(IConnection connection, IChannel channel) : IAsyncDisposable
{
    private static readonly TimeSpan s_close = TimeSpan.FromMilliseconds(Limits.RabbitMqCloseMs);

    /// <summary>The client's channel.</summary>
    public IChannel Amqp => channel;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (channel.IsOpen && !await CloseAsync())
        {
            await connection.CloseAsync(Constants.ReplySuccess, "closed", s_close, abort: true, CancellationToken.None);
        }

        await channel.DisposeAsync();
    }

    private async ValueTask<bool> CloseAsync()
    {
        using var limit = new CancellationTokenSource(s_close);
        try
        {
            await channel.CloseAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or RabbitMQClientException or IOException or TimeoutException)
        {
            return !connection.IsOpen;
        }
    }
}
