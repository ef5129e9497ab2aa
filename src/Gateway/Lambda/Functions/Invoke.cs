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
    private static readonly ApiResponse Accepted = ApiResponse.Empty(StatusCodes.Status202Accepted);

    private readonly IAsyncInvoker? _events = asyncInvokers.FirstOrDefault();

    /// <inheritdoc/>
    public string Name => "Invoke";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var type = input.Target(request).Type;
        var call = input.Read(request, type == InvokeTarget.Event ? Limits.AsyncPayloadBytes : Limits.SyncPayloadBytes, "InvokeFunction");
        switch (type)
        {
            case InvokeTarget.DryRun:
                await invoker.CheckAsync(call.Function, cancellation);
                return ApiResponse.Empty(StatusCodes.Status204NoContent);
            case InvokeTarget.Event:
                var events = _events ?? throw ApiErrors.NotServed("Invoke with InvocationType Event");
                call = call.ClientContext is null ? call : call with { ClientContext = null }; // only synchronous calls have one
                await events.AcceptAsync(call, cancellation);
                return Accepted;
            default:
                return InvokeAnswer.Of(await invoker.InvokeAsync(call, process.ApplicationStopped), call.LogTail);
        }
    }
}
