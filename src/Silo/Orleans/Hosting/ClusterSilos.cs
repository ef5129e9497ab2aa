using Dispatcher.Contracts.Grains;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>The silos of the cluster by their addresses, which name the start of a process too.</summary>
internal sealed class ClusterSilos(ILocalSiloDetails self, IClusterMembershipService membership) : ISilos
{
    /// <inheritdoc/>
    public string Self { get; } = self.SiloAddress.ToParsableString();

    /// <inheritdoc/>
    public IReadOnlyList<string> Active =>
    [
        .. membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active)
            .Select(m => m.SiloAddress.ToParsableString()).Order(StringComparer.Ordinal),
    ];

    /// <summary>Declared dead, or dead for so long that it is not listed any more; or the name of none.</summary>
    public bool IsGone(string silo)
    {
        if (!silo.Contains('@'))
        {
            // Written by a server that was alone, before it was made a cluster of the same data.
            return true;
        }

        var address = SiloAddress.FromParsableString(silo);
        return !membership.CurrentSnapshot.Members.TryGetValue(address, out var member) || member.Status == SiloStatus.Dead;
    }
}
