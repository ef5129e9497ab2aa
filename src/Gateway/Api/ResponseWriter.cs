using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Api;

/// <summary>Writes answers.</summary>
internal static class ResponseWriter
{
    /// <summary>The header of the request id.</summary>
    public const string RequestId = "x-amzn-RequestId";

    /// <summary>Writes one answer with its request id.</summary>
    public static async ValueTask WriteAsync(HttpContext context, ApiResponse response, Guid requestId)
    {
        var http = context.Response;
        http.StatusCode = response.Status ?? StatusCodes.Status200OK;
        http.Headers[RequestId] = requestId.ToString("D");
        foreach (var (name, value) in response.Headers)
        {
            http.Headers[name] = value;
        }

        if (http.StatusCode is StatusCodes.Status204NoContent)
        {
            return;
        }

        http.ContentType = response.ContentType;
        http.ContentLength = response.Body.Length;
        if (!response.Body.IsEmpty)
        {
            await http.Body.WriteAsync(response.Body, context.RequestAborted);
        }
    }
}
