using Dispatcher.Contracts.Invocations;
using Dispatcher.Silo.Orleans.Invocations;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>Takes reports of other silos and calls for free workers here. The work runs outside of Orleans' turns.</summary>
[Reentrant]
internal sealed class WarmService(
    GrainId id, global::Orleans.Runtime.Silo silo, ILoggerFactory loggers, WarmBoard board, WarmGuests guests, IFunctionInvoker invoker)
    : GrainService(id, silo, loggers), IWarmService
{
    /// <inheritdoc/>
    public Task ReportAsync(SiloAddress silo, string[] versions, int[] idle)
    {
        board.Hear(silo, versions, idle);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<OutcomeMessage> InvokeAsync(CallMessage call, CancellationToken cancellation)
        => Task.Run(async () => OutcomeMessage.Of(await InvokeHereAsync(call.ToRequest(), cancellation)), cancellation);

    private async Task<InvocationOutcome> InvokeHereAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (!guests.TryEnter())
        {
            // To the other silo that is as if no permit were free here: it runs the call itself.
            return new InvocationOutcome.Throttled(InvocationOutcome.Throttled.AccountLimit, TimeSpan.Zero);
        }

        try
        {
            return await invoker.InvokeAsync(request, cancellation);
        }
        finally
        {
            guests.Leave();
        }
    }
}
