using Dispatcher.Silo.Orleans.Invocations;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>Reaches the service of a given silo.</summary>
internal sealed class WarmClient(IServiceProvider services) : GrainServiceClient<IWarmService>(services)
{
    /// <summary>Tells a silo what is free here.</summary>
    public Task ReportAsync(SiloAddress to, SiloAddress from, string[] versions, int[] idle) => GetGrainService(to).ReportAsync(from, versions, idle);

    /// <summary>Calls a function there.</summary>
    public Task<OutcomeMessage> InvokeAsync(SiloAddress silo, CallMessage call, CancellationToken cancellation)
        => GetGrainService(silo).InvokeAsync(call, cancellation);
}
