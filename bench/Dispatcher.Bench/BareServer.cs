using Dispatcher.Contracts.Store;
using Dispatcher.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Bench;

/// <summary>
/// The least that takes requests: no routes, no checks, no names, no logs, no metrics; the web server and its sockets are set
/// as the gateway sets them. In this process.
/// </summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BareServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Reads each request and answers it.</summary>
    public static Task<BareServer> EmptyAsync() => StartAsync(static _ => default);

    /// <summary>Inserts the body of each request into the store, one call for each, and answers when it is durable.</summary>
    public static Task<BareServer> InsertAsync(IStore store) => StartAsync(async body =>
        await store.Queues.PutAsync("bench", [new QueuePut(Guid.NewGuid(), body)], CancellationToken.None));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<BareServer> StartAsync(Func<byte[], ValueTask> take)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGatewayWebServer();
        var app = builder.Build();
        app.Run(async context =>
        {
            var body = new byte[(int)context.Request.ContentLength!];
            await context.Request.Body.ReadExactlyAsync(body);
            await take(body);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.ContentLength = 0;
        });
        await app.StartAsync();
        return new BareServer(app);
    }
}
