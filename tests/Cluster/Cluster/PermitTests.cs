using System.Text;
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
            await BeginAsync(silo);
        }

        await BeginAsync(silos.Cluster.Silos[0]);
        var refused = Assert.IsType<InvocationOutcome.Throttled>(await InvokeAsync(silos, silos.Cluster.Silos[1], null));
        Assert.Equal((InvocationOutcome.Throttled.ReservedLimit, false), (refused.Reason, refused.TurnedOff));
        End(running);
        await Task.WhenAll(calls);
        Assert.Equal(Reserved, _function.Most);

        async Task BeginAsync(InProcessSiloHandle silo)
        {
            var (begun, call) = await BegunAsync(silos, silo);
            calls.Add(call);
            running.Enqueue(begun);
        }
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
    public async Task Reserved_SiloLeaves_GivesItsPermitsBackBefore()
    {
        await using var silos = await StartAsync();
        var leaving = silos.Cluster.Silos[2];
        var call = InvokeAsync(silos, leaving, "async");
        (await _function.NextAsync()).End();
        await call;
        var name = leaving.SiloAddress.ToParsableString();
        Assert.Contains(name, await LedgerAsync(silos), StringComparison.Ordinal);

        await silos.Cluster.StopSiloAsync(leaving);
        Assert.DoesNotContain(name, await LedgerAsync(silos), StringComparison.Ordinal);
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
            var (running, again) = await BegunAsync(silos, silo);
            running.End();
            Assert.IsType<InvocationOutcome.Succeeded>(await again);
        }
    }

    /// <summary>
    /// Calls until a call runs: idle permits are called back for one for 2 s, which a busy machine can need longer for.
    /// </summary>
    private async Task<(HeldCall Running, Task<InvocationOutcome> Call)> BegunAsync(TestSilos silos, InProcessSiloHandle silo)
    {
        var begun = _function.NextAsync();
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var call = InvokeAsync(silos, silo, null);
            if (await Task.WhenAny(begun, call) == begun)
            {
                return (await begun, call);
            }

            Assert.False(Assert.IsType<InvocationOutcome.Throttled>(await call).TurnedOff);
            Assert.True(TimeProvider.System.GetElapsedTime(start).TotalSeconds < 60, "it was not begun");
        }
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

    /// <summary>What is lent to whom, as it is written down.</summary>
    private static async Task<string> LedgerAsync(TestSilos silos)
        => Encoding.UTF8.GetString((await silos.Store.Documents.GetAsync("permit-ledger", "held", s_end))!.Body.Span);

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
        await silos.Catalog.Concurrency.CreateAsync(AccountConcurrency.Key, AccountConcurrency.None, s_end);
        await ReserveAsync(silos, Reserved); // told to the silos: one that took long to start may have read the limits already
        return silos;
    }
}
