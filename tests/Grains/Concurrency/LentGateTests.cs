using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Concurrency;

/// <summary>The gates of two silos over one lender.</summary>
public sealed class LentGateTests
{
    private readonly MemoryStore _store = new();
    private readonly MappingId _id = MappingId.New();
    private int _running;
    private int _most;

    [Fact]
    public async Task Enter_BatchesOnTwoSilos_NeverMoreThanTheMaximumAndAllGetIn()
    {
        await using var silos = await StartAsync(2);
        var (a, b) = (silos.Gate("a", 0), silos.Gate("b", 1));
        a.SetMaximum(2, 1);
        b.SetMaximum(2, 1);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => BatchAsync(i % 2 == 0 ? a : b)));

        Assert.InRange(_most, 1, 2);
        Assert.Equal((0, 0, 0, 0), (a.Inside, a.Waiting, b.Inside, b.Waiting));
    }

    [Fact]
    public async Task Enter_OneSiloHasAll_ItsPermitsComeToTheOtherWhenTheyAreLeft()
    {
        await using var silos = await StartAsync(2);
        var (a, b) = (silos.Gate("a", 0), silos.Gate("b", 1));
        a.SetMaximum(2, 1);
        b.SetMaximum(2, 1);
        await a.EnterAsync(CancellationToken.None);
        await a.EnterAsync(CancellationToken.None);
        var waiting = b.EnterAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        a.Leave();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((1, 1), (a.Inside, b.Inside));
    }

    [Fact]
    public async Task SetMaximum_OnTwoSilos_LendsByTheNewOne()
    {
        await using var silos = await StartAsync(1);
        var (a, b) = (silos.Gate("a", 0), silos.Gate("b", 1));
        a.SetMaximum(1, 1);
        b.SetMaximum(1, 1);
        await a.EnterAsync(CancellationToken.None);
        var waiting = b.EnterAsync(CancellationToken.None).AsTask();

        await silos.ChangeAsync(m => m with { MaximumConcurrency = 2 });
        b.SetMaximum(2, 2);
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));

        // Without a maximum nobody waits for a loan.
        b.SetMaximum(null, 3);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(b.EnterAsync(CancellationToken.None).IsCompletedSuccessfully);
        }

        Assert.Equal(default, (b.Use.Inside, b.Use.Waiting));
    }

    [Fact]
    public async Task SetMaximum_Smaller_OldPermitsAreNotHandedOn()
    {
        await using var silos = await StartAsync(3);
        var gate = silos.Gate("a", 0);
        gate.SetMaximum(3, 1);
        await gate.EnterAsync(CancellationToken.None);
        await gate.EnterAsync(CancellationToken.None);
        await silos.ChangeAsync(m => m with { MaximumConcurrency = 1 });
        gate.SetMaximum(1, 2);
        var waiting = gate.EnterAsync(CancellationToken.None).AsTask();

        gate.Leave();
        Assert.False(waiting.IsCompleted);
        gate.Leave();
        await waiting.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, gate.Inside);
    }

    [Fact]
    public async Task Renew_MappingIsDeleted_LendsNothingAndLeavesNoLedger()
    {
        await using var silos = await StartAsync(2);
        var gate = silos.Gate("a", 0);
        gate.SetMaximum(2, 1);
        await gate.EnterAsync(CancellationToken.None);
        Assert.Single(await LedgersAsync());
        gate.Leave();

        await silos.ChangeAsync(m => m with { State = MappingState.Deleting });
        Assert.Equal(0, await silos.RenewAnewAsync(MappingPermits.Key(_id)));
        Assert.Empty(await LedgersAsync());
    }

    private async Task BatchAsync(ConcurrencyGate gate)
    {
        await gate.EnterAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        var running = Interlocked.Increment(ref _running);
        for (var most = Volatile.Read(ref _most); running > most && Interlocked.CompareExchange(ref _most, running, most) != most; most = Volatile.Read(ref _most))
        {
        }

        await Task.Yield();
        Interlocked.Decrement(ref _running);
        gate.Leave();
    }

    private async Task<IReadOnlyList<Document>> LedgersAsync()
        => await _store.Documents.ListAsync("permit-ledger", "", null, 10, CancellationToken.None);

    private async Task<TwoSilos> StartAsync(int maximum)
    {
        var silos = new TwoSilos(_store, _id);
        await silos.StartAsync(maximum);
        return silos;
    }
}
