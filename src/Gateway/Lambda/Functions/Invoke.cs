using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>
/// Calls a function: waits for its answer, only checks that it could be called, or hands the event over. As in AWS a call
/// that began goes on to its end when the caller goes away; only the end of the process cancels it.
/// </summary>
internal sealed class Invoke(
    FunctionFinder finder,
    IFunctionInvoker invoker,
    IEnumerable<IAsyncInvoker> asyncInvokers,
    IHostApplicationLifetime process) : IApiOperation
{
    private static readonly byte[] NoEvent = "{}"u8.ToArray();

    private readonly IAsyncInvoker? _events = asyncInvokers.FirstOrDefault();

    /// <inheritdoc/>
    public string Name => "Invoke";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var type = request.Text("InvocationType") ?? "RequestResponse";
        var call = Read(request, type == "Event" ? Limits.AsyncPayloadBytes : Limits.SyncPayloadBytes);
        switch (type)
        {
            case "DryRun":
                await invoker.CheckAsync(call.Function, cancellation);
                return ApiResponse.Empty(StatusCodes.Status204NoContent);
            case "Event":
                var events = _events ?? throw ApiErrors.NotServed("Invoke with InvocationType Event");
                await events.AcceptAsync(call, cancellation);
                return ApiResponse.Empty(StatusCodes.Status202Accepted);
            default:
                return InvokeAnswer.Of(await invoker.InvokeAsync(call, process.ApplicationStopped), call.LogTail);
        }
    }

    private InvocationRequest Read(ApiRequest request, int limit)
    {
        var function = finder.Name(request);
        if (request.Payload.Length > limit)
        {
            throw FunctionErrors.PayloadTooLarge(limit);
        }

        if (!request.Payload.IsEmpty)
        {
            BodyJson.Demand(request.Payload.Span);
        }

        return new InvocationRequest(function, request.RequestId, request.Payload.IsEmpty ? NoEvent : request.Payload)
        {
            LogTail = request.Text("LogType") == "Tail",
            ClientContext = Context(request.Text("ClientContext")),
            TraceId = request.Headers["X-Amzn-Trace-Id"] is [{ Length: > 0 } trace] ? trace : null,
        };
    }

    /// <summary>The client context travels as JSON in base64.</summary>
    private static string? Context(string? base64)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return null;
        }

        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            throw InvokeAnswer.BadContext("it is not base64");
        }

        if (length > Limits.ClientContextBytes)
        {
            throw InvokeAnswer.BadContext($"it has more than {Limits.ClientContextBytes} bytes");
        }

        BodyJson.Demand(bytes.AsSpan(0, length));
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
