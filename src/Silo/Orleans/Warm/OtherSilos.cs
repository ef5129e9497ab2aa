using Dispatcher.Contracts.Invocations;
using Dispatcher.Silo.Orleans.Invocations;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>Hands calls to silos that said that they have a free worker.</summary>
internal sealed partial class OtherSilos(WarmBoard board, IWarmClient client, ILogger<OtherSilos> logger) : IOtherSilos
{
    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome?> TryInvokeAsync(string version, InvocationRequest request, CancellationToken cancellation)
    {
        if (board.Take(version) is not { } silo)
        {
            return null;
        }

        try
        {
            var call = CallMessage.Of(request with { HandedOver = true, WaitForPermit = false, MayBegin = null });
            var outcome = (await client.InvokeAsync(silo, call, cancellation)).ToOutcome();

            // No permit there: this silo may have one, or wait for one.
            return outcome is InvocationOutcome.Throttled ? null : outcome;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogLost(logger, request.Function.Name, request.RequestId, e);
            return OutcomeMessage.Lost(e);
        }
    }

    [LoggerMessage(EventName = "SiloLost", Level = LogLevel.Error, Message = "{Function}, request {RequestId}: the silo with the free worker gave no answer")]
    private static partial void LogLost(ILogger logger, string function, Guid requestId, Exception error);
}
