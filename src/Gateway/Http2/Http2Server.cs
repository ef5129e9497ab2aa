using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Gateway.Http2;

/// <summary>Serves the wire APIs on connections that speak HTTP/2 without TLS.</summary>
internal sealed class Http2Server : IHostedService, IHttpApplication<HttpContext>, IDisposable
{
    private readonly KestrelServer _server;
    private readonly IHttpContextFactory _contexts;
    private readonly GatewayHandler _gateway;

    public Http2Server(
        Http2Listener listener, GatewayHandler gateway, IHttpContextFactory contexts, IServiceProvider services, ILoggerFactory logs)
    {
        (_gateway, _contexts) = (gateway, contexts);
        var options = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        options.Limits.MaxRequestBodySize = Contracts.Limits.RequestBodyBytes;
        options.Listen(listener.EndPoint, port => port.Protocols = HttpProtocols.Http2);
        _server = new KestrelServer(Options.Create(options), listener, logs);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(this, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => _contexts.Create(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _gateway.HandleAsync(context);

    public void DisposeContext(HttpContext context, Exception? exception) => _contexts.Dispose(context);

    public void Dispose() => _server.Dispose();
}
