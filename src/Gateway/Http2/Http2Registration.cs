using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

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
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(provider => new ConfigureOptions<KestrelServerOptions>(
            options => options.ConfigureEndpointDefaults(
                port => port.Use(next => connection => provider.GetRequiredService<Http2Preface>().RunAsync(connection, next)))));
        return services;
    }
}
