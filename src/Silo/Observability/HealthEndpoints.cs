using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Silo.Observability;

/// <summary>What orchestrators ask.</summary>
internal static class HealthEndpoints
{
    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: the store can be written and every part is ready; 503 with the reason where not.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", context => AnswerAsync(context, StatusCodes.Status200OK, "live"));
        app.MapGet("/health/ready", ReadyAsync);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "stopping");
            return;
        }

        try
        {
            await context.RequestServices.GetRequiredService<IStore>().CheckAsync(context.RequestAborted);
            foreach (var part in context.RequestServices.GetServices<IReadiness>())
            {
                if (await part.WhyNotAsync(context.RequestAborted) is { } reason)
                {
                    await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
                    return;
                }
            }

            await AnswerAsync(context, StatusCodes.Status200OK, "ready");
        }
        catch (StoreException e)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"store: {e.Message}");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
