using Dispatcher.Silo.Orleans.Invocations;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>Reaches the service of a given silo.</summary>
internal sealed class WarmClient(IServiceProvider services) : GrainServiceClient<IWarmService>(services), IWarmClient
{
    /// <inheritdoc/>
    public Task ReportAsync(SiloAddress to, SiloAddress from, string[] versions, int[] idle) => GetGrainService(to).ReportAsync(from, versions, idle);

    /// <inheritdoc/>
    public Task<OutcomeMessage> InvokeAsync(SiloAddress silo, CallMessage call, CancellationToken cancellation)
        => GetGrainService(silo).InvokeAsync(call, cancellation);
}
