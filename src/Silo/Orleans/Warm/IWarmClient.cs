using Dispatcher.Silo.Orleans.Invocations;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>What a silo tells and asks a given other one about free workers.</summary>
internal interface IWarmClient
{
    /// <summary>Tells a silo what is free here.</summary>
    Task ReportAsync(SiloAddress to, SiloAddress from, string[] versions, int[] idle);

    /// <summary>Calls a function there.</summary>
    Task<OutcomeMessage> InvokeAsync(SiloAddress silo, CallMessage call, CancellationToken cancellation);
}
