using Dispatcher.Contracts.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Cluster.Tests.Cluster;

public sealed class NoticesTests
{
    [Fact]
    public async Task FunctionChangedAsync_OnOneSilo_HasReachedEverySiloWhenItEnds()
    {
        await using var silos = await TestSilos.StartAsync(3);
        var heard = new List<(int Silo, string Name)>();
        foreach (var (silo, number) in silos.Cluster.Silos.Select((s, i) => (s, i)))
        {
            silos.Services(silo).GetRequiredService<IChangeNotices>().OnFunctionChanged(name =>
            {
                lock (heard)
                {
                    heard.Add((number, name));
                }
            });
        }

        var notices = silos.Services(silos.Cluster.Silos[1]).GetRequiredService<IChangeNotices>();
        await notices.FunctionChangedAsync("f", TestContext.Current.CancellationToken);

        Assert.Equal([(0, "f"), (1, "f"), (2, "f")], heard.Order());
    }

    [Fact]
    public async Task OnFunctionChanged_Disposed_IsCalledNoMore()
    {
        await using var silos = await TestSilos.StartAsync(1);
        var notices = silos.Services(silos.Cluster.Silos[0]).GetRequiredService<IChangeNotices>();
        var heard = 0;
        notices.OnFunctionChanged(_ => heard++).Dispose();

        await notices.FunctionChangedAsync("f", TestContext.Current.CancellationToken);

        Assert.Equal(0, heard);
    }
}
