using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>An HTTP function of this process that keeps the events it gets.</summary>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Inbox(WebApplication app) => _app = app;

    /// <summary>Where it is called.</summary>
    public string Url => _app.Urls.First() + "/inbox";

    /// <summary>What came.</summary>
    public ConcurrentQueue<JsonElement> Events { get; } = new();

    /// <summary>Starts it on a free port.</summary>
    public static async Task<Inbox> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var inbox = new Inbox(app);
        app.MapPost("/inbox", inbox.TakeAsync);
        await app.StartAsync();
        return inbox;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var json = await JsonDocument.ParseAsync(http.Request.Body);
        Events.Enqueue(json.RootElement.Clone());
    }
}
