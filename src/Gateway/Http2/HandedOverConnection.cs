using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Gateway.Http2;

/// <summary>A connection of the public port in the hands of the HTTP/2 server, with features of its own above the port's.</summary>
internal sealed class HandedOverConnection(ConnectionContext port) : ConnectionContext
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the server is done with it.</summary>
    public Task Ended => _ended.Task;

    public override IDuplexPipe Transport { get => port.Transport; set => port.Transport = value; }

    public override string ConnectionId { get => port.ConnectionId; set => port.ConnectionId = value; }

    public override IFeatureCollection Features { get; } = new FeatureCollection(port.Features);

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override CancellationToken ConnectionClosed { get => port.ConnectionClosed; set => port.ConnectionClosed = value; }

    public override EndPoint? LocalEndPoint { get => port.LocalEndPoint; set => port.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => port.RemoteEndPoint; set => port.RemoteEndPoint = value; }

    /// <summary>Asks the server to end it when the calls on it are answered.</summary>
    public void RequestClose() => Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();

    public override void Abort(ConnectionAbortedException abortReason) => port.Abort(abortReason);

    public override ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        return default;
    }
}
