using Dispatcher.Contracts;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>Calls functions on the silo that it is on.</summary>
[Alias("dispatcher.invoker")]
internal interface IInvokerActivation : IGrainWithIntegerKey
{
    /// <summary>Calls a function and waits for its end: a function's longest timeout and the wait for a permit.</summary>
    [ResponseTimeout(Limits.InvocationCallTime)]
    Task<OutcomeMessage> InvokeAsync(CallMessage call, CancellationToken cancellation);

    /// <summary>The same; a function that streams its answer writes it to <paramref name="answer"/>.</summary>
    [ResponseTimeout(Limits.InvocationCallTime)]
    Task<OutcomeMessage> StreamAsync(CallMessage call, IAnswerObserver answer, CancellationToken cancellation);

    /// <summary>Checks that a call would find a function and a host for it; null where it would.</summary>
    Task<OutcomeMessage?> CheckAsync(string function, string? qualifier, CancellationToken cancellation);
}
