using Dispatcher.Contracts;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Gateway.Push;

/// <summary>
/// <c>POST /dispatcher/push/NAME</c> takes events, <c>HEAD</c> and <c>GET</c> tell a source that its name and token are right
/// (MinIO asks so whether its target is there).
/// </summary>
internal sealed class PushPage(PushSources sources, PushDelivery delivery) : IGatewayPage
{
    private const string Bearer = "Bearer ";

    /// <inheritdoc/>
    public string Prefix => "/dispatcher/push";

    /// <inheritdoc/>
    public bool IsForAdministrators => false;

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> GetAsync(HttpRequest request, CancellationToken cancellation)
    {
        var source = sources.Find(request.Path.Value![Prefix.Length..].TrimStart('/'), Token(request));
        if (HttpMethods.IsHead(request.Method) || HttpMethods.IsGet(request.Method))
        {
            return ApiResponse.Empty(StatusCodes.Status200OK);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            throw ApiErrors.UnknownOperation(request.Method, request.Path);
        }

        using var body = await ReadAsync(request, cancellation);
        var events = source.Format.Read(request.Headers, body.Bytes);
        await delivery.DeliverAsync(source, events, Trace(request), cancellation);
        return ApiResponse.Empty(events.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    /// <summary>The token that a request shows; empty without, which is the token of nobody.</summary>
    private static string Token(HttpRequest request)
        => request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : "";

    private static string? Trace(HttpRequest request)
        => request.Headers["X-Amzn-Trace-Id"] is [{ Length: > 0 } header] ? header : null;

    private static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > Limits.PushBodyBytes)
        {
            throw ApiErrors.BodyTooLarge(Limits.PushBodyBytes);
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Limits.PushBodyBytes;
        }

        try
        {
            return await RequestBody.ReadAsync(request, cancellation);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ApiErrors.BodyTooLarge(Limits.PushBodyBytes);
        }
    }
}
