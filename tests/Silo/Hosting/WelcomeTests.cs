using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Hosting;

namespace Dispatcher.Silo.Tests.Hosting;

public sealed class WelcomeTests
{
    private const string Address = "http://127.0.0.1:9000";

    [Theory]
    [InlineData(false, "all", true)]
    [InlineData(true, "all", true)]
    [InlineData(true, "gateway", true)]
    [InlineData(true, "silo", false)]
    public void Print_EveryRole_NamesOnlyCallsThatItServes(bool cluster, string role, bool api)
    {
        using var to = new StringWriter();

        Welcome.Print(to, new DispatcherConfig { Cluster = { Enabled = cluster, Role = role } }, Address);

        Assert.StartsWith($"{Welcome.ReadyPrefix}{Address} (", to.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{Address}/metrics", to.ToString());
        Assert.Equal(api, to.ToString().Contains("awsd lambda create-function", StringComparison.Ordinal));
    }
}
