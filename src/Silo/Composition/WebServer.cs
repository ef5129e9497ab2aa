using System.Net;
using System.Net.Sockets;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Gateway.Http2;
using Dispatcher.Silo.Configuration;
using Dispatcher.Silo.Hosting;
using Dispatcher.Silo.Observability;
using Dispatcher.Silo.Observability.Metrics;
using Dispatcher.Silo.Orleans;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dispatcher.Silo.Composition;

/// <summary>The HTTP server around everything.</summary>
internal static class WebServer
{
    /// <summary>Composes the program; nothing runs yet.</summary>
    public static WebApplication Build(DispatcherConfig config)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, ListenUrl.Parse(config.Url)!));
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(config.ShutdownSeconds));
        builder.Logging.AddDispatcherLogs(config.Log);
        builder.Services.AddDispatcher(config);
        JoinCluster(builder, config);

        var app = builder.Build();
        app.MapHealth();
        app.MapMetrics();
        if (config.Cluster is not { Enabled: true, Role: "silo" })
        {
            app.MapDispatcher();
        }

        return app;
    }

    private static void JoinCluster(WebApplicationBuilder builder, DispatcherConfig config)
    {
        if (config.Cluster is { Enabled: true, Role: "gateway" })
        {
            // Alive while it looks for the silos, ready when it has found one.
            builder.Services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
            builder.AddClusterGateway(config);
        }
        else if (config.Cluster.Enabled)
        {
            builder.AddClusterSilo(config);
        }
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="StartupException">The address cannot be used.</exception>
    public static async Task ListenAsync(WebApplication app, DispatcherConfig config)
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // What was started before the listener is told to stop, or it would take the end for a failure of its own.
            await app.StopAsync(CancellationToken.None);
            var reason = e.InnerException is AddressInUseException ? "another process listens there" : e.Message;
            throw new StartupException($"cannot listen on {config.Url}: {reason}", e);
        }
    }

    /// <summary>The address that it listens on, with the port it got where 0 was asked for.</summary>
    public static string Address(WebApplication app)
        => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static void Listen(KestrelServerOptions kestrel, ListenUrl url)
    {
        kestrel.Limits.MaxConcurrentConnections = Limits.GatewayConnections;
        switch (url.Host)
        {
            case "localhost":
                kestrel.ListenLocalhost(url.Port, Http);
                break;
            case "*":
                kestrel.ListenAnyIP(url.Port, Http);
                break;
            default:
                kestrel.Listen(IPAddress.Parse(url.Host), url.Port, Http);
                break;
        }
    }

    private static void Http(ListenOptions endpoint) => endpoint.UseHttp2WithoutTls();
}
