using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Functions;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Functions;

public sealed class FunctionGrainTests
{
    private readonly MemoryStore _store = new();
    private readonly StandingClock _clock = new();
    private readonly Silos _silos = new();
    private long _number;

    [Fact]
    public async Task Renew_TwoSilos_ShareTheReservation()
    {
        await ReserveAsync(4);
        var grain = Grain();

        Assert.Equal(4, (await RenewAsync(grain, "a", 0, 0, 4)).Permits);
        Assert.Equal(0, (await RenewAsync(grain, "b", 0, 0, 1)).Permits);
        Assert.Equal(3, (await RenewAsync(grain, "a", 4, 3, 0)).Permits);
        await RenewAsync(grain, "a", 3, 3, 0);
        Assert.Equal(1, (await RenewAsync(grain, "b", 0, 0, 1)).Permits);
    }

    [Fact]
    public async Task Renew_OtherGrainOfTheKey_KnowsWhatWasLentAndEndsTheFirst()
    {
        await ReserveAsync(4);
        var first = Grain();
        await RenewAsync(first, "a", 0, 0, 3);

        var second = Grain();
        Assert.Equal(1, (await RenewAsync(second, "b", 0, 0, 4)).Permits);
        _clock.Advance(TimeSpan.FromMilliseconds(Limits.PermitConfirmMs));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RenewAsync(first, "a", 3, 3, 0));
        Assert.True(((IDroppable)first).CanBeDropped);
        Assert.Equal(3, (await RenewAsync(second, "a", 3, 3, 0)).Permits);
    }

    [Fact]
    public async Task Renew_FirstGrainWantsToLendMore_IsRefusedAtOnce()
    {
        await ReserveAsync(4);
        var first = Grain();
        await RenewAsync(first, "a", 0, 0, 1);
        await RenewAsync(Grain(), "b", 0, 0, 1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => RenewAsync(first, "a", 2, 2, 2));
    }

    [Fact]
    public async Task Renew_SiloIsGone_ItsPermitsComeBackAfterItsLoan()
    {
        await ReserveAsync(2);
        var grain = Grain();
        await RenewAsync(grain, "a", 0, 0, 2);
        _silos.Gone.Add("a");

        Assert.Equal(0, (await RenewAsync(grain, "b", 0, 0, 2)).Permits);
        _clock.Advance(TimeSpan.FromMilliseconds(Limits.PermitLoanMs + 1));
        Assert.Equal(2, (await RenewAsync(grain, "b", 0, 0, 2)).Permits);
    }

    [Fact]
    public async Task Renew_Changed_LendsByTheNewReservation()
    {
        await ReserveAsync(1);
        var grain = Grain();
        await RenewAsync(grain, "a", 0, 0, 5);
        await ReserveAsync(3);

        Assert.Equal(1, (await RenewAsync(grain, "a", 1, 1, 4)).Permits);
        Assert.Equal(3, (await RenewAsync(grain, "a", 1, 1, 4, changed: true)).Permits);
    }

    [Fact]
    public async Task Renew_Leaves_TheGrainHoldsNothing()
    {
        await ReserveAsync(1);
        var grain = Grain();
        await RenewAsync(grain, "a", 0, 0, 1);
        Assert.False(((IDroppable)grain).CanBeDropped);

        await grain.RenewAsync(new PermitReport("a", ++_number, 0, 0, 0) { Leaves = true }, CancellationToken.None);

        Assert.True(((IDroppable)grain).CanBeDropped);
        Assert.Equal(1, (await RenewAsync(Grain(), "b", 0, 0, 1)).Permits);
    }

    private FunctionGrain Grain() => new("f", _store, _silos, new DispatcherConfig(), _clock);

    private Task<PermitLoan> RenewAsync(FunctionGrain grain, string silo, int allowed, int inside, int waiting, bool changed = false)
        => grain.RenewAsync(new PermitReport(silo, ++_number, allowed, inside, waiting) { Changed = changed }, CancellationToken.None);

    private async Task ReserveAsync(int reserved)
    {
        var catalog = new Catalog(_store);
        if (await catalog.Concurrency.UpdateAsync(AccountConcurrency.Key, a => a.WithReserved("f", reserved), CancellationToken.None) is null)
        {
            await catalog.Concurrency.CreateAsync(AccountConcurrency.Key, AccountConcurrency.None.WithReserved("f", reserved), CancellationToken.None);
        }
    }

    private sealed class StandingClock : TimeProvider
    {
        private TimeSpan _now = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public void Advance(TimeSpan by) => _now += by;
    }

    private sealed class Silos : ISilos
    {
        public HashSet<string> Gone { get; } = [];

        public string Self => "self";

        public IReadOnlyList<string> Active => ["self"];

        public bool IsGone(string silo) => Gone.Contains(silo);
    }
}
