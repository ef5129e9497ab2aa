using System.Text;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Orleans.Warm;
using Dispatcher.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Cluster.Tests.Cluster;

public sealed class WarmTests
{
    [Fact]
    public async Task Invoke_OnlyAnotherSiloHasAFreeWorker_GoesThere()
    {
        await using var silos = await StartAsync(3);
        var (first, second, third) = (silos.Services(silos.Cluster.Silos[0]), silos.Services(silos.Cluster.Silos[1]), silos.Services(silos.Cluster.Silos[2]));

        // Nobody has one: it starts where it came.
        Assert.Equal(Name(first), await InvokeAsync(first));

        // One is free on the second silo, and the others hear of it.
        second.GetRequiredService<WarmRuntime>().Free = 1;
        await HeardAsync(first);
        await HeardAsync(third);
        Assert.Equal(Name(second), await InvokeAsync(first));
        Assert.Equal(Name(second), await InvokeAsync(third));

        // A free one of its own comes first.
        third.GetRequiredService<WarmRuntime>().Free = 1;
        Assert.Equal(Name(third), await InvokeAsync(third));
    }

    [Fact]
    public async Task Invoke_SiloWithTheFreeWorkerLeaves_GetsItsAnswerFirst()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var silos = await StartAsync(2);
        var (first, second) = (silos.Services(silos.Cluster.Silos[0]), silos.Services(silos.Cluster.Silos[1]));
        var (name, runtime, guests) = (Name(second), second.GetRequiredService<WarmRuntime>(), second.GetRequiredService<WarmGuests>());
        var end = new TaskCompletionSource();
        (runtime.Free, runtime.Until) = (1, end.Task);
        await HeardAsync(first);
        var call = InvokeAsync(first);
        await runtime.Begun.WaitAsync(limit.Token);

        var stopping = silos.Cluster.StopSiloAsync(silos.Cluster.Silos[1]);
        await Eventually.TrueAsync(() => guests.IsClosed, "the silo takes no more calls");
        Assert.False(stopping.IsCompleted);
        end.SetResult();

        Assert.Equal(name, await call);
        await stopping.WaitAsync(limit.Token);
        Assert.False(guests.TryEnter());
    }

    private static async Task<TestSilos> StartAsync(int count)
    {
        var silos = await TestSilos.StartAsync(count, silo => silo.Services.AddSingleton<WarmRuntime>(provider =>
            new WarmRuntime(provider.GetRequiredService<Orleans.Runtime.ILocalSiloDetails>().Name)).AddSingleton<IFunctionRuntime>(provider => provider.GetRequiredService<WarmRuntime>()));
        await silos.Catalog.Functions.CreateAsync("warm", new FunctionConfig { Name = "warm", PackageType = "Fake" }, TestContext.Current.CancellationToken);
        return silos;
    }

    private static string Name(IServiceProvider silo) => silo.GetRequiredService<Orleans.Runtime.ILocalSiloDetails>().Name;

    /// <summary>Waits for the report and leaves what it says as it was.</summary>
    private static Task HeardAsync(IServiceProvider silo) => Eventually.TrueAsync(
        () =>
        {
            var board = silo.GetRequiredService<WarmBoard>();
            if (board.Take(WarmRuntime.Version) is not { } found)
            {
                return false;
            }

            board.Hear(found, [WarmRuntime.Version], [1]);
            return true;
        },
        "the silo hears of the free worker");

    private static async Task<string> InvokeAsync(IServiceProvider silo)
    {
        var request = new InvocationRequest(new FunctionRef("warm"), Guid.NewGuid(), "{}"u8.ToArray());
        var outcome = await silo.GetRequiredService<IFunctionInvoker>().InvokeAsync(request, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(Assert.IsType<InvocationOutcome.Succeeded>(outcome).Payload.Span);
    }
}
