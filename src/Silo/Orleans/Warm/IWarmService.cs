using Dispatcher.Contracts;
using Dispatcher.Silo.Orleans.Invocations;
using Orleans;
using Orleans.Runtime;
using Orleans.Services;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>What silos tell and ask each other about free workers; there is one on each.</summary>
[Alias("dispatcher.warm")]
internal interface IWarmService : IGrainService
{
    /// <summary>The free workers of another silo, all of them: version by version.</summary>
    Task ReportAsync(SiloAddress silo, string[] versions, int[] idle);

    /// <summary>Calls a function here because a free worker was seen; a call that finds none begins one.</summary>
    [ResponseTimeout(Limits.InvocationCallTime)]
    Task<OutcomeMessage> InvokeAsync(CallMessage call, CancellationToken cancellation);
}
