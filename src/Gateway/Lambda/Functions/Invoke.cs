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
    InvokeInput input,
    IFunctionInvoker invoker,
    IEnumerable<IAsyncInvoker> asyncInvokers,
    IHostApplicationLifetime process) : IApiOperation
{
    private readonly IAsyncInvoker? _events = asyncInvokers.FirstOrDefault();

    /// <inheritdoc/>
    public string Name => "Invoke";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var type = request.Text("InvocationType") ?? "RequestResponse";
        var call = input.Read(request, type == "Event" ? Limits.AsyncPayloadBytes : Limits.SyncPayloadBytes, "InvokeFunction");
        switch (type)
        {
            case "DryRun":
                await invoker.CheckAsync(call.Function, cancellation);
                return ApiResponse.Empty(StatusCodes.Status204NoContent);
            case "Event":
                var events = _events ?? throw ApiErrors.NotServed("Invoke with InvocationType Event");
                await events.AcceptAsync(call with { ClientContext = null }, cancellation); // only synchronous calls have one
                return ApiResponse.Empty(StatusCodes.Status202Accepted);
            default:
                return InvokeAnswer.Of(await invoker.InvokeAsync(call, process.ApplicationStopped), call.LogTail);
        }
    }
}
