using Dispatcher.Contracts;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Http2;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Gateway;

/// <summary>Puts the wire APIs into a host.</summary>
public static class GatewayRegistration
{
    /// <summary>Bytes per second below which a body is too slow, and how long it may be so at first.</summary>
    private static readonly MinDataRate SlowestBody = new(240, TimeSpan.FromSeconds(10));

    /// <summary>
    /// Adds the one entry of all wire APIs. The operations and services behind it are registered by themselves: functions,
    /// mappings, streams.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.AddSingleton(_ => ApiModel.Load("lambda"));
        services.AddSingleton<LambdaCalls>();
        services.AddSingleton<WireCalls>();
        services.AddSingleton<QueryCalls>();
        services.AddSingleton<GatewayHandler>();
        services.AddSecurity();
        services.AddHttp2WithoutTls();
        return services.AddGatewayWebServer();
    }

    /// <summary>How the web server takes requests.</summary>
    internal static IServiceCollection AddGatewayWebServer(this IServiceCollection services)
    {
        services.Configure<SocketTransportOptions>(options =>
        {
            // Two changes of thread less for each request. What runs in between is on the thread pool all the same, because
            // completions of sockets are (unless DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS says otherwise).
            options.UnsafePreferInlineScheduling = true;

            // A call of the system less for each request; an idle connection holds a buffer of 4 KB for it.
            options.WaitForDataBeforeAllocatingBuffer = false;
        });
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = Limits.RequestBodyBytes;
            options.Limits.MinRequestBodyDataRate = SlowestBody;
        });
        return services;
    }

    /// <summary>Answers every path that no other endpoint takes.</summary>
    public static IEndpointConventionBuilder MapGateway(this IEndpointRouteBuilder endpoints)
    {
        var handler = endpoints.ServiceProvider.GetRequiredService<GatewayHandler>();
        var gateway = endpoints.Map("/{**path}", handler.HandleAsync);
        gateway.Add(endpoint => ((RouteEndpointBuilder)endpoint).Order = int.MaxValue);
        return gateway;
    }
}
