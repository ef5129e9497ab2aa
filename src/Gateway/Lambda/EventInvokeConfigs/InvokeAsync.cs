using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Lambda.EventInvokeConfigs;

/// <summary>The old form of Invoke with InvocationType Event.</summary>
internal sealed class InvokeAsync(FunctionFinder finder, IEnumerable<IAsyncInvoker> invokers) : IApiOperation
{
    private readonly IAsyncInvoker? _events = invokers.FirstOrDefault();

    /// <inheritdoc/>
    public string Name => "InvokeAsync";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var events = _events ?? throw ApiErrors.NotServed(Name);
        var function = finder.Name(request);
        if (request.Payload.Length > Limits.LegacyAsyncPayloadBytes)
        {
            throw FunctionErrors.PayloadTooLarge(Limits.LegacyAsyncPayloadBytes, Name);
        }

        if (!request.Payload.IsEmpty)
        {
            BodyJson.Demand(request.Payload.Span);
        }

        var payload = request.Payload.IsEmpty ? "{}"u8.ToArray() : request.Payload;
        var trace = request.Headers["X-Amzn-Trace-Id"] is [{ Length: > 0 } header] ? header : null;
        await events.AcceptAsync(new InvocationRequest(function, request.RequestId, payload) { TraceId = trace }, cancellation);
        return ApiResponse.Empty(StatusCodes.Status202Accepted);
    }
}
