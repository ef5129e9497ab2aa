using System.Text;
using Dispatcher.Gateway.Security;

namespace Dispatcher.Silo.Observability.Metrics;

/// <summary><c>/metrics</c>.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Answers scrapes.</summary>
    public static void MapMetrics(this WebApplication app) => app.MapGet("/metrics", WriteAsync).ForAdministrators();

    private static async Task WriteAsync(HttpContext context)
    {
        var text = new StringWriter();
        context.RequestServices.GetRequiredService<MetricsCollector>().Write(text);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(text.ToString(), Encoding.UTF8, context.RequestAborted);
    }
}
