using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Orleans;
using Orleans.Concurrency;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>One on each silo; calls do not wait for each other. The work runs outside of Orleans' turns.</summary>
[GrainType("invoker")]
[StatelessWorker]
[Reentrant]
internal sealed class InvokerActivation(IFunctionInvoker invoker) : Grain, IInvokerActivation
{
    /// <inheritdoc/>
    public Task<OutcomeMessage> InvokeAsync(CallMessage call, CancellationToken cancellation) => Task.Run(
        async () => OutcomeMessage.Of(await invoker.InvokeAsync(call.ToRequest(), cancellation)), cancellation);

    /// <inheritdoc/>
    public Task<OutcomeMessage> StreamAsync(CallMessage call, IAnswerObserver answer, CancellationToken cancellation) => Task.Run(
        async () => OutcomeMessage.Of(await invoker.InvokeAsync(call.ToRequest() with { Answer = new RemoteAnswer(answer) }, cancellation)),
        cancellation);

    /// <inheritdoc/>
    public async Task<OutcomeMessage?> CheckAsync(string function, string? qualifier, CancellationToken cancellation)
    {
        try
        {
            await invoker.CheckAsync(new FunctionRef(function, qualifier), cancellation);
            return null;
        }
        catch (ServiceException e)
        {
            return OutcomeMessage.Of(new InvocationOutcome.Failed(e));
        }
    }
}
