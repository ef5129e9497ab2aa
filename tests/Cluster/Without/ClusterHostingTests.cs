using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Orleans;

namespace Dispatcher.Cluster.Tests.Without;

public sealed class ClusterHostingTests
{
    [Fact]
    public async Task PrepareAsync_BuildWithoutOrleans_SaysSo()
    {
        Assert.False(ClusterHosting.Available);
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => ClusterHosting.PrepareAsync(new ClusterConfig(), TestContext.Current.CancellationToken));
        Assert.Contains("no cluster mode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cluster_BuildWithoutOrleans_IsNotTested()
        => Assert.Skip("the NuGet source at hand has no Orleans packages, so there is no cluster mode to test");
}
