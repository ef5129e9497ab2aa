using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>The listener of remote workers; none where <c>RemoteWorkers:Url</c> is empty, and none on a gateway, which runs no functions.</summary>
internal sealed partial class RemoteWorkerServer(
    DispatcherConfig config, Lazy<RemoteApi> api, RemotePools pools, ILoggerFactory logs) : IHostedService, IAsyncDisposable
{
    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int UserTimeout = 18; // TCP_USER_TIMEOUT

    private readonly ILogger _log = logs.CreateLogger<RemoteWorkerServer>();
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private KestrelServer? _server;

    /// <summary>Where it listens, with the port it got where 0 was asked for; known after the start.</summary>
    public string Address => _server?.Features.Get<IServerAddressesFeature>()?.Addresses.First() ?? "";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.RemoteWorkers.Url.Length == 0 || config.Cluster is { Enabled: true, Role: "gateway" })
        {
            return;
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs);
        _server = new KestrelServer(Options.Create(KestrelOptions()), transport, logs);
        try
        {
            await _server.StartAsync(api.Value, cancellationToken);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new IOException($"RemoteWorkers:Url {config.RemoteWorkers.Url}: {error.Message}", error);
        }

        LogListening(Address);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        pools.Close();
        if (_server is { } server)
        {
            await server.StopAsync(new CancellationToken(canceled: true));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
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
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(Limits.FunctionTimeoutSeconds + 60); // between an event and its answer
        options.Limits.MaxRequestBodySize = null; // counted while it is read
        options.Limits.MinRequestBodyDataRate = null; // streamed answers come as slowly as they are made
        options.Limits.MaxConcurrentConnections = Limits.RemoteWorkerConnections;
        Listen(options, BindingAddress.Parse(config.RemoteWorkers.Url));
        return options;
    }

    private static void Listen(KestrelServerOptions options, BindingAddress url)
    {
        switch (url.Host)
        {
            case "localhost":
                options.ListenLocalhost(url.Port, Serve);
                break;
            case "*":
                options.ListenAnyIP(url.Port, Serve);
                break;
            default:
                options.Listen(IPAddress.Parse(url.Host), url.Port, Serve);
                break;
        }
    }

    private static void Serve(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            Probe(connection);
            return next(connection);
        });
    }

    /// <summary>A worker whose machine is gone is found out by the kernel: probes while nothing is sent, a deadline for what is.</summary>
    private static void Probe(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return;
        }

        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Limits.RemoteProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Limits.RemoteProbeSeconds / 3);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes(2 * Limits.RemoteProbeSeconds * 1000));
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Remote workers are heard at {Address}", EventName = "RemoteWorkersListening")]
    private partial void LogListening(string address);
}
