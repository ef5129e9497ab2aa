using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Tests.Concurrency;

public sealed class FunctionLimiterTests
{
    private readonly FunctionLimiter _limiter = new(new DispatcherConfig { AccountConcurrency = 3 }, TimeProvider.System);

    [Fact]
    public async Task Enter_Reserved_IsGuaranteeAndCap()
    {
        Reserve(("f", 1));

        Assert.Equal(PermitAnswer.Entered, await SyncAsync("f"));
        Assert.Equal(PermitAnswer.Full, await SyncAsync("f"));
        Assert.Equal([PermitAnswer.Entered, PermitAnswer.Entered, PermitAnswer.Full], [await SyncAsync("g"), await SyncAsync("h"), await SyncAsync("g")]);
        _limiter.Leave("f", background: false);
        Assert.Equal(PermitAnswer.Entered, await SyncAsync("f"));
    }

    [Fact]
    public async Task Apply_ReservationComesAndGoes_CountsWhatRunsAlready()
    {
        Assert.Equal([PermitAnswer.Entered, PermitAnswer.Entered], [await SyncAsync("f"), await SyncAsync("f")]);

        Reserve(("f", 2));
        Assert.Equal(PermitAnswer.Full, await SyncAsync("f"));
        Assert.Equal(PermitAnswer.Entered, await SyncAsync("g"));
        Assert.Equal(PermitAnswer.Full, await SyncAsync("g"));

        Reserve();
        Assert.Equal(PermitAnswer.Full, await SyncAsync("g"));
        _limiter.Leave("f", background: false);
        Assert.Equal(PermitAnswer.Entered, await SyncAsync("g"));
    }

    [Fact]
    public async Task Apply_TurnedOff_RefusesAndSendsAwayThoseWhoWait()
    {
        Reserve(("f", 1));
        await SyncAsync("f");
        var waits = WaitAsync("f", "m");

        Reserve(("f", 0));

        Assert.Equal(PermitAnswer.TurnedOff, await waits);
        Assert.Equal(PermitAnswer.TurnedOff, await SyncAsync("f"));
        Assert.Equal(PermitAnswer.TurnedOff, await WaitAsync("f", "async"));
        Assert.True(_limiter.IsOff("f"));
        var on = _limiter.OnAsync("f", CancellationToken.None).AsTask();
        Assert.False(on.IsCompleted);
        Reserve(("f", 1));
        await on;
    }

    [Fact]
    public async Task Apply_Larger_LetsThoseWhoWaitInAtOnce()
    {
        Reserve(("f", 1));
        await WaitAsync("f", "m");
        var waits = WaitAsync("f", "m");

        Reserve(("f", 2));

        Assert.Equal(PermitAnswer.Entered, await waits);
        Assert.Equal(new PermitUse(2, 2, 0), _limiter.Use("f"));
    }

    [Fact]
    public async Task Enter_SyncWhileBackgroundOnesHaveAll_GetsTheNextTurn()
    {
        Reserve(("f", 1));
        await WaitAsync("f", "m");
        var (queued, second) = (WaitAsync("f", "m"), WaitAsync("f", "m"));
        var sync = SyncAsync("f");

        _limiter.Leave("f", background: true);
        _limiter.Leave("f", background: true);

        Assert.Equal(PermitAnswer.Entered, await queued);
        Assert.Equal(PermitAnswer.Entered, await sync);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Enter_SyncWhileBackgroundOnesKeepAll_IsToldSoInTheEnd()
    {
        Reserve(("f", 1));
        await WaitAsync("f", "m");

        Assert.Equal(PermitAnswer.Full, await SyncAsync("f"));
        Assert.Equal(new PermitUse(1, 1, 0), _limiter.Use("f"));
    }

    [Fact]
    public async Task Enter_Cancelled_LosesNoPermit()
    {
        Reserve(("f", 1));
        await WaitAsync("f", "m");
        using var cancel = new CancellationTokenSource();
        var waits = _limiter.EnterAsync("f", "m", cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        _limiter.Leave("f", background: true);

        Assert.Equal(new PermitUse(1, 0, 0), _limiter.Use("f"));
        Assert.Equal(PermitAnswer.Entered, await SyncAsync("f"));
    }

    [Fact]
    public async Task Enter_Provisioned_IsKeptFreeForItsFunction()
    {
        _limiter.Apply(AccountConcurrency.None.WithProvisioned("f:1", 1));

        Assert.Equal([PermitAnswer.Entered, PermitAnswer.Entered, PermitAnswer.Full], [await SyncAsync("g"), await SyncAsync("g"), await SyncAsync("g")]);
        Assert.Equal([PermitAnswer.Entered, PermitAnswer.Full], [await SyncAsync("f"), await SyncAsync("f")]);
        _limiter.Leave("g", background: false);
        Assert.Equal(PermitAnswer.Entered, await SyncAsync("f"));
    }

    private void Reserve(params (string Function, int Reserved)[] all)
        => _limiter.Apply(new AccountConcurrency { Reserved = all.ToDictionary(a => a.Function, a => a.Reserved) });

    private Task<PermitAnswer> SyncAsync(string function) => _limiter.EnterAsync(function, null, CancellationToken.None).AsTask();

    private Task<PermitAnswer> WaitAsync(string function, string flow) => _limiter.EnterAsync(function, flow, CancellationToken.None).AsTask();
}
