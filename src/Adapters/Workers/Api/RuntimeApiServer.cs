using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>
/// The listener of the Runtime API. It is bound to every address, because each worker has its own, and to the loopback
/// device, so that nobody outside reaches it. Connections to an address without a worker are closed at once.
/// </summary>
internal sealed partial class RuntimeApiServer : IAsyncDisposable
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int BindToDevice = 25; // SO_BINDTODEVICE

    private readonly WorkerAddresses _addresses;
    private readonly ILogger _log;
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly KestrelServer _server;

    public RuntimeApiServer(WorkerAddresses addresses, ILoggerFactory logs)
    {
        _addresses = addresses;
        _log = logs.CreateLogger<RuntimeApiServer>();
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = Bind, UnsafePreferInlineScheduling = true }), logs);
        _server = new KestrelServer(Options.Create(KestrelOptions()), transport, logs);
    }

    /// <summary>The port workers connect to; known after the start.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to listen.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await _server.StartAsync(new RuntimeApi(), cancellation);
        var address = _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)).Port;
        LogListening(Port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
        await _services.DisposeAsync();
    }

    private KestrelServerOptions KestrelOptions()
    {
        var options = new KestrelServerOptions
        {
            AddServerHeader = false,
            ApplicationServices = _services,
            ResponseHeaderEncodingSelector = static _ => Encoding.UTF8,
        };
        options.Limits.KeepAliveTimeout = TimeSpan.FromDays(1); // a function may run 15 minutes between two requests
        options.Limits.MaxRequestBodySize = null; // counted while it is read
        options.Limits.MinRequestBodyDataRate = null; // streamed answers come as slowly as they are made
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxConcurrentConnections = null;
        options.Listen(IPAddress.Any, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ServeAsync(connection, next));
        });
        return options;
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var worker = connection.LocalEndPoint is IPEndPoint end ? _addresses.Find(end.Address) : null;
        if (worker is null || !worker.Connect(connection))
        {
            connection.Abort();
            return;
        }

        connection.Features.Set(new WorkerConnection(worker, connection.ConnectionClosed));
        try
        {
            await next(connection);
        }
        finally
        {
            worker.Disconnect(connection);
        }
    }

    private Socket Bind(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, "lo\0"u8);
        }
        catch (SocketException error)
        {
            LogNotRestricted(error.Message);
        }

        socket.Bind(endpoint);
        return socket;
    }
}
