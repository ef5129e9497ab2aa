using System.Net;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Orleans.Hosting;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Hosting;

public sealed class MappingWatchTests
{
    private static readonly SiloAddress[] s_silos =
        [.. Enumerable.Range(1, 4).Select(i => SiloAddress.New(IPAddress.Loopback, 11_110 + i, 100 + i))];

    [Fact]
    public void Waker_ManyMappings_IsEverySiloAboutAsOften()
    {
        var shares = Ids().GroupBy(id => MappingWatch.Waker(id, s_silos)).Select(g => g.Count()).ToList();

        Assert.Equal(4, shares.Count);
        Assert.All(shares, share => Assert.InRange(share, 2000, 3000));
    }

    [Fact]
    public void Waker_SiloJoins_TakesMappingsOnlyForItself()
    {
        foreach (var id in Ids())
        {
            var before = MappingWatch.Waker(id, s_silos[..3]);
            var after = MappingWatch.Waker(id, s_silos);
            Assert.True(after.Equals(before) || after.Equals(s_silos[3]));
        }
    }

    private static IEnumerable<MappingId> Ids()
    {
        var random = new Random(1);
        var bytes = new byte[16];
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            yield return new MappingId(new Guid(bytes));
        }
    }
}
