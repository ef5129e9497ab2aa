using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Dispatcher.Gateway.Http2;

/// <summary>Hands connections that the public port accepted to the HTTP/2 server, as if they came from a port of its own.</summary>
internal sealed class Http2Listener : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>Connections that wait to be taken; the server takes them at once.</summary>
    private const int Waiting = 128;

    private readonly Channel<ConnectionContext> _connections = Channel.CreateBounded<ConnectionContext>(Waiting);

    public EndPoint EndPoint { get; } = new HandedOverEndPoint();

    /// <summary>Runs one connection to its end.</summary>
    public async Task RunAsync(ConnectionContext connection)
    {
        var handed = new HandedOverConnection(connection);
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        await using var stop = stopping.Register(handed.RequestClose);
        try
        {
            await _connections.Writer.WriteAsync(handed, connection.ConnectionClosed);
        }
        catch (Exception error) when (error is ChannelClosedException or OperationCanceledException)
        {
            return; // the server has stopped or the caller has gone
        }

        await handed.Ended;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        => await _connections.Reader.WaitToReadAsync(cancellationToken) && _connections.Reader.TryRead(out var next) ? next : null;

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return default;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private sealed class HandedOverEndPoint : EndPoint
    {
        public override string ToString() => "http2-by-prior-knowledge";
    }
}
