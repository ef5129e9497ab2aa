using Dispatcher.Contracts.Diagnostics;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>A silo is ready while it is an active member of the cluster.</summary>
internal sealed class SiloReadiness(IClusterMembershipService membership, ILocalSiloDetails self) : IReadiness
{
    /// <inheritdoc/>
    public ValueTask<string?> WhyNotAsync(CancellationToken cancellation)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(self.SiloAddress);
        return new(status == SiloStatus.Active ? null : $"cluster: this silo is {status}");
    }
}
