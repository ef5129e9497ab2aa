using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Orleans.Directory;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>The invoker of a gateway: calls functions on a silo. A silo that is lost meanwhile leaves the outcome unknown.</summary>
internal sealed partial class SiloInvoker(IGrainFactory grains, TimeProvider time, Random random, ILogger<SiloInvoker> logger) : IFunctionInvoker
{
    /// <summary>Calls of one key go to one silo; many keys spread them.</summary>
    private const int Keys = 256;

    private readonly ClusterCall _calls = new(time);

    private IInvokerActivation Silo => grains.GetGrain<IInvokerActivation>(random.Next(Keys));

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        try
        {
            var outcome = request.Answer is { } caller
                ? await StreamAsync(request, caller, cancellation)
                : await Silo.InvokeAsync(CallMessage.Of(request), cancellation);
            return outcome.ToOutcome();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogLost(logger, request.Function.Name, request.RequestId, e);
            return OutcomeMessage.Lost(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation)
    {
        var refused = await _calls.RepeatAsync(() => Silo.CheckAsync(function.Name, function.Qualifier, cancellation), cancellation);
        if (refused is not null)
        {
            throw refused.ToError();
        }
    }

    private async Task<OutcomeMessage> StreamAsync(InvocationRequest request, IAnswerSink caller, CancellationToken cancellation)
    {
        var observer = new AnswerObserver(caller, cancellation);
        var reference = grains.CreateObjectReference<IAnswerObserver>(observer);
        try
        {
            return await Silo.StreamAsync(CallMessage.Of(request), reference, cancellation);
        }
        finally
        {
            grains.DeleteObjectReference<IAnswerObserver>(reference);
            GC.KeepAlive(observer); // Orleans holds it weakly
        }
    }

    [LoggerMessage(EventName = "SiloLost", Level = LogLevel.Error, Message = "{Function}, request {RequestId}: its silo gave no answer")]
    private static partial void LogLost(ILogger logger, string function, Guid requestId, Exception error);
}
