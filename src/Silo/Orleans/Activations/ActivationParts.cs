using Dispatcher.Contracts.Grains;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>What every activation of a silo works with.</summary>
internal sealed record ActivationParts(IGrainMaker Maker, ClusterTiming Timing, IClusterMembershipService Membership, ILocalSiloDetails Self)
{
    /// <summary>Whether somebody else could go on when this silo leaves.</summary>
    public bool HasOtherSilos
        => Membership.CurrentSnapshot.Members.Values.Any(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(Self.SiloAddress));
}
