using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Gateway.Lambda.Streaming;

/// <summary>
/// Calls a function and hands its answer on while it comes. As with <see cref="Invoke"/> the function runs to its end when
/// the caller goes away.
/// </summary>
internal sealed class InvokeWithResponseStream(
    InvokeInput input, IFunctionInvoker invoker, IHostApplicationLifetime process) : IApiOperation
{
    /// <inheritdoc/>
    public string Name => "InvokeWithResponseStream";

    /// <inheritdoc/>
    public async ValueTask<ApiResponse> RunAsync(ApiRequest request, CancellationToken cancellation)
    {
        var call = input.Read(request, Limits.SyncPayloadBytes, Name);
        if (input.Target(request).Type == InvokeTarget.DryRun)
        {
            await invoker.CheckAsync(call.Function, cancellation);
            return ApiResponse.Empty(StatusCodes.Status204NoContent);
        }

        var answer = new EventStreamAnswer(request.Response, request.RequestId);
        var outcome = await invoker.InvokeAsync(call with { Answer = answer }, process.ApplicationStopped);
        await answer.CompleteAsync(Told(outcome, answer.HasBegun), call.LogTail);
        return ApiResponse.Written;
    }

    /// <summary>What did not run is told by status; that is too late where a part was written.</summary>
    private static InvocationOutcome Told(InvocationOutcome outcome, bool hasBegun) => outcome switch
    {
        InvocationOutcome.Succeeded or InvocationOutcome.FunctionError => outcome,
        InvocationOutcome.Failed failed when hasBegun => new InvocationOutcome.FunctionError(
            "Unhandled", Encoding.UTF8.GetBytes(failed.Error.Message), ErrorTypes.Of(failed.Error.Kind)),
        _ => throw InvokeAnswer.Refusal(outcome),
    };
}
