using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>Reserved concurrency over several silos.</summary>
public sealed class PermitTests
{
    private const int Reserved = 4;
    private const int Callers = 12;

    private static readonly CancellationToken s_end = TestContext.Current.CancellationToken;

    private readonly HeldFunction _function = new();

    [Fact]
    public async Task Reserved_CallersOnAllSilos_NeverMoreRunAndNoPermitStaysIdle()
    {
        await using var silos = await StartAsync();
        var calls = silos.Cluster.Silos.SelectMany(s => Enumerable.Range(0, Callers).Select(_ => InvokeAsync(silos, s, "async"))).ToList();

        // Every call that ends makes room for the next one, on whatever silo it waits.
        var running = new Queue<HeldCall>();
        for (var begun = 0; begun < calls.Count; begun++)
        {
            running.Enqueue(await _function.NextAsync());
            if (running.Count == Reserved)
            {
                running.Dequeue().End();
            }
        }

        End(running);
        Assert.All(await Task.WhenAll(calls), o => Assert.IsType<InvocationOutcome.Succeeded>(o));
        Assert.Equal(Reserved, _function.Most);

        // Idle permits are called back for a synchronous call on whatever silo; with none left it is refused.
        foreach (var silo in silos.Cluster.Silos)
        {
            calls.Add(InvokeAsync(silos, silo, null));
            running.Enqueue(await BegunAsync(calls[^1]));
        }

        calls.Add(InvokeAsync(silos, silos.Cluster.Silos[0], null));
        running.Enqueue(await BegunAsync(calls[^1]));
        var refused = Assert.IsType<InvocationOutcome.Throttled>(await InvokeAsync(silos, silos.Cluster.Silos[1], null));
        Assert.Equal((InvocationOutcome.Throttled.ReservedLimit, false), (refused.Reason, refused.TurnedOff));
        End(running);
        await Task.WhenAll(calls);
        Assert.Equal(Reserved, _function.Most);
    }

    [Fact]
    public async Task Reserved_SiloIsKilledWithPermits_NeverMoreRunAndTheOthersGoOn()
    {
        await using var silos = await StartAsync();
        var killed = silos.Cluster.Silos[2];
        _ = Enumerable.Range(0, Callers).Select(_ => InvokeAsync(silos, killed, "async")).ToList();
        var first = await _function.NextAsync();
        var calls = silos.Cluster.Silos.Take(2).SelectMany(s => Enumerable.Range(0, Callers).Select(_ => InvokeAsync(silos, s, "async"))).ToList();

        await silos.Cluster.KillSiloAsync(killed);

        // In truth its process is gone, and what it ran with it. What it still begins counts.
        first.End();
        var running = new Queue<HeldCall>();
        var others = calls.Count;
        while (others > 0)
        {
            var next = await _function.NextAsync();
            if (next.Silo == killed.Name)
            {
                next.End();
                continue;
            }

            others--;
            running.Enqueue(next);
            if (_function.Running == Reserved || running.Count > 2)
            {
                running.Dequeue().End();
            }
        }

        End(running);
        await Task.WhenAll(calls);
        while (_function.TryNext(out var left))
        {
            left!.End();
        }

        Assert.InRange(_function.Most, 1, Reserved);
    }

    [Fact]
    public async Task Reserved_Changes_ActOnAllSilos()
    {
        await using var silos = await StartAsync();
        var call = InvokeAsync(silos, silos.Cluster.Silos[0], "async");
        (await _function.NextAsync()).End();
        await call;

        await ReserveAsync(silos, 0);
        foreach (var silo in silos.Cluster.Silos)
        {
            Assert.True(Assert.IsType<InvocationOutcome.Throttled>(await InvokeAsync(silos, silo, null)).TurnedOff);
            Assert.True(Assert.IsType<InvocationOutcome.Throttled>(await InvokeAsync(silos, silo, "async")).TurnedOff);
        }

        await ReserveAsync(silos, 1);
        foreach (var silo in silos.Cluster.Silos)
        {
            var again = InvokeAsync(silos, silo, null);
            (await BegunAsync(again)).End();
            Assert.IsType<InvocationOutcome.Succeeded>(await again);
        }
    }

    /// <summary>Waits until a call runs; fails at once where it is refused.</summary>
    private async Task<HeldCall> BegunAsync(Task<InvocationOutcome> call)
    {
        var begun = _function.NextAsync();
        if (await Task.WhenAny(begun, call) == call)
        {
            Assert.Fail($"it was not begun: {await call}");
        }

        return await begun;
    }

    private static void End(Queue<HeldCall> running)
    {
        while (running.TryDequeue(out var call))
        {
            call.End();
        }
    }

    private static async Task<InvocationOutcome> InvokeAsync(TestSilos silos, InProcessSiloHandle silo, string? flow)
    {
        var request = new InvocationRequest(new FunctionRef("held"), Guid.NewGuid(), "{}"u8.ToArray()) { WaitForPermit = flow is not null, Flow = flow };
        return await silos.Services(silo).GetRequiredService<IFunctionInvoker>().InvokeAsync(request, s_end);
    }

    private static async Task ReserveAsync(TestSilos silos, int reserved)
    {
        await silos.Catalog.Concurrency.UpdateAsync(AccountConcurrency.Key, account => account.WithReserved("held", reserved), s_end);
        await silos.Services(silos.Cluster.Silos[0]).GetRequiredService<IChangeNotices>().FunctionChangedAsync("held", s_end);
    }

    private async Task<TestSilos> StartAsync()
    {
        var silos = await TestSilos.StartAsync(3, held: _function);
        await silos.Catalog.Functions.CreateAsync(
            "held", new FunctionConfig { Name = "held", PackageType = "Image", ImageUri = "in-process://held", Timeout = 60 }, s_end);
        await silos.Catalog.Concurrency.CreateAsync(AccountConcurrency.Key, AccountConcurrency.None.WithReserved("held", Reserved), s_end);
        return silos;
    }
}
