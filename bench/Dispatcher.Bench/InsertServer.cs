using Dispatcher.Contracts.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Bench;

/// <summary>
/// The least that takes a message over HTTP: reads the body and inserts it into the store, one call for each request, in this
/// process. No routes, no checks, no names; sockets set as the server sets them.
/// </summary>
internal sealed class InsertServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InsertServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<InsertServer> StartAsync(IStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<SocketTransportOptions>(options => options.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        app.Run(context => InsertAsync(context, store));
        await app.StartAsync();
        return new InsertServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task InsertAsync(HttpContext context, IStore store)
    {
        var body = new byte[(int)context.Request.ContentLength!];
        await context.Request.Body.ReadExactlyAsync(body);
        await store.Queues.PutAsync("bench", [new QueuePut(Guid.NewGuid(), body)], CancellationToken.None);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentLength = 0;
    }
}
