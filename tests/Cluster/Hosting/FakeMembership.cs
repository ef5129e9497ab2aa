using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Hosting;

/// <summary>A cluster of so many silos that are active, as the first of them sees it.</summary>
internal sealed class FakeMembership : IClusterMembershipService, ILocalSiloDetails
{
    public FakeMembership(int silos)
    {
        Silos = [.. Enumerable.Range(1, silos).Select(i => SiloAddress.New(IPAddress.Loopback, 11_110 + i, 100 + i))];
        var members = Silos.ToImmutableDictionary(silo => silo, silo => new ClusterMember(silo, SiloStatus.Active, silo.ToString()));
        CurrentSnapshot = new ClusterMembershipSnapshot(members, new MembershipVersion(1));
    }

    public SiloAddress[] Silos { get; }

    public ClusterMembershipSnapshot CurrentSnapshot { get; }

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

    public string Name => "one";

    public string ClusterId => "cluster";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress => Silos[0];

    public SiloAddress GatewayAddress => Silos[0];

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
}
