using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway.Http2;

/// <summary>Lets the server's ports without TLS speak HTTP/2 besides HTTP/1.1.</summary>
internal static class Http2Registration
{
    /// <summary>Adds HTTP/2 by prior knowledge for the wire APIs.</summary>
    public static IServiceCollection AddHttp2WithoutTls(this IServiceCollection services)
    {
        services.AddSingleton<Http2Listener>();
        services.AddSingleton<Http2Preface>();
        services.AddHostedService<Http2Server>();
        return services;
    }

    /// <summary>Lets a port without TLS speak both; what does not begin as HTTP/2 is Kestrel's HTTP/1.1.</summary>
    public static ListenOptions UseHttp2WithoutTls(this ListenOptions port)
    {
        var preface = port.ApplicationServices.GetRequiredService<Http2Preface>();
        port.Protocols = HttpProtocols.Http1;
        port.Use(next => connection => preface.RunAsync(connection, next));
        return port;
    }
}
