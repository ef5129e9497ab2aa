using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class PollerPlanTests
{
    [Theory]
    [InlineData(1, 10, 8, 0, 1)] // nothing to do
    [InlineData(1, 10, 8, 3, 3)] // one for each partition that is behind
    [InlineData(4, 10, 8, 3, 4)]
    [InlineData(1, 2, 8, 3, 2)]
    [InlineData(1, 10, 8, 8, 8)]
    [InlineData(5, 200, 3, 0, 3)] // no poller without a partition
    [InlineData(5, 200, 0, 0, 1)]
    public void Wanted_Provisioned_FollowsThePartitionsThatAreBehind(int minimum, int maximum, int open, int behind, int wanted)
        => Assert.Equal(wanted, PollerPlan.Wanted(new ProvisionedPollers(minimum, maximum, null), open, open, behind));

    [Fact]
    public void Wanted_WithoutAConfig_IsOne() => Assert.Equal(1, PollerPlan.Wanted(null, 8, 8, 8));

    /// <summary>In a cluster each silo runs the part of the pollers that it reads of the partitions.</summary>
    [Theory]
    [InlineData(4, 8, 6, 12, 0, 2)]
    [InlineData(4, 8, 6, 12, 6, 4)]
    [InlineData(1, 2, 2, 12, 2, 1)]
    public void Wanted_OneOfSeveralSilos_IsItsPart(int minimum, int maximum, int open, int all, int behind, int wanted)
        => Assert.Equal(wanted, PollerPlan.Wanted(new ProvisionedPollers(minimum, maximum, null), open, all, behind));
}
