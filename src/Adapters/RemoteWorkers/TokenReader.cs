using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// Where workers can show a token. Their clients send no header of their own, they only know <c>AWS_LAMBDA_RUNTIME_API</c>: the
/// first label of its host name goes through every client, a path after the port through some. A proxy beside the worker can
/// send <c>Authorization: Bearer</c>.
/// </summary>
internal static class TokenReader
{
    private const string Bearer = "Bearer ";

    /// <summary>The token of a request; null without. A token in the path is cut off.</summary>
    public static string? Read(IHttpRequestFeature request)
        => FromHeader(request.Headers.Authorization.ToString())
            ?? FromHost(request.Headers.Host.ToString())
            ?? FromPath(request);

    private static string? FromHeader(string header)
        => header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;

    private static string? FromHost(string host)
    {
        var label = host.AsSpan(0, Math.Max(host.AsSpan().IndexOfAny('.', ':'), 0));
        var token = label.ToString().ToLowerInvariant();
        return WorkerTokens.IsToken(token) ? token : null;
    }

    private static string? FromPath(IHttpRequestFeature request)
    {
        var end = request.Path.IndexOf('/', Math.Min(1, request.Path.Length));
        if (end < 0 || !WorkerTokens.IsToken(request.Path.AsSpan(1, end - 1)))
        {
            return null;
        }

        var token = request.Path[1..end];
        request.Path = request.Path[end..];
        return token;
    }
}
