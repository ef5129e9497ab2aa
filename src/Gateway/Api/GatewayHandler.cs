using Dispatcher.Contracts.Errors;
using Dispatcher.Gateway.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Gateway.Api;

/// <summary>The one entry of all wire APIs. Every request gets an answer with a request id; failures are logged here.</summary>
internal sealed class GatewayHandler(
    LambdaCalls lambda, WireCalls wire, QueryCalls query, IEnumerable<IGatewayPage> pages, Authenticator authenticator,
    ILogger<GatewayHandler> log)
{
    private const string TargetHeader = "X-Amz-Target";

    private readonly IGatewayPage[] _pages = [.. pages];

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Guid.NewGuid();
        try
        {
            await RunAsync(context, requestId);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            var answer = ErrorWriter.Write(lambda.Model, Explain(context, error, requestId));
            await ResponseWriter.WriteAsync(context, answer, requestId);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            log.CallRefused(context.Request.Method, context.Request.Path, requestId, "the caller went away");
        }
    }

    private ValueTask RunAsync(HttpContext context, Guid requestId)
    {
        var request = context.Request;
        if (QueryCalls.IsServicePath(request.Path))
        {
            if (request.Headers.TryGetValue(TargetHeader, out var target))
            {
                return new(wire.RunAsync(context, target.ToString()));
            }

            if (QueryCalls.IsQuery(request))
            {
                return new(query.RunAsync(context));
            }
        }

        foreach (var page in _pages)
        {
            if (request.Path.StartsWithSegments(page.Prefix))
            {
                return PageAsync(page, context, requestId);
            }
        }

        return lambda.RunAsync(context, requestId);
    }

    private async ValueTask PageAsync(IGatewayPage page, HttpContext context, Guid requestId)
    {
        if (page.IsForAdministrators)
        {
            await authenticator.EnterAdministratorAsync(context);
        }

        await ResponseWriter.WriteAsync(context, await page.GetAsync(context.Request, context.RequestAborted), requestId);
    }

    private ServiceException Explain(HttpContext context, Exception error, Guid requestId)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "/");
        switch (error)
        {
            case ServiceException { Kind: not ServiceErrorKind.Internal } expected:
                log.CallRefused(method, path, requestId, expected.Message);
                return expected;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                log.CallRefused(method, path, requestId, error.Message);
                return ApiErrors.BodyTooLarge(Contracts.Limits.RequestBodyBytes);
            case BadHttpRequestException:
                log.CallRefused(method, path, requestId, error.Message);
                return new ServiceException(ServiceErrorKind.InvalidRequestContent, error.Message, error);
            default:
                log.CallFailed(error, method, path, requestId);
                return ApiErrors.Told(error) ?? new ServiceException(
                    ServiceErrorKind.Internal, $"An internal error occurred; the log shows it under request id {requestId}", error);
        }
    }
}
