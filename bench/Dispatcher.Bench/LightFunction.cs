using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Bench;

/// <summary>An HTTP function in this process that costs next to nothing.</summary>
internal sealed class LightFunction(WebApplication app) : IAsyncDisposable
{
    public string Url => app.Urls.First();

    public static async Task<LightFunction> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(System.IO.Stream.Null, context.RequestAborted);
            await context.Response.WriteAsync("null", context.RequestAborted);
        });
        await app.StartAsync();
        return new LightFunction(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
