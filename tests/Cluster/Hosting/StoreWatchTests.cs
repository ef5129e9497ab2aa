using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Orleans.Hosting;
using Dispatcher.Silo.Orleans.Notices;
using Dispatcher.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Hosting;

public sealed class StoreWatchTests : IStorePulse, INoticeClient, IFatalErrorHandler
{
    private const int LeaseSeconds = 5;

    private readonly ManualClock _clock = new();
    private readonly Dictionary<SiloAddress, Task<bool>> _others = [];
    private volatile bool _lapsed;
    private volatile int _looks;
    private volatile string? _end;

    bool IStorePulse.Answers => !_lapsed;

    bool IStorePulse.Lapsed
    {
        get
        {
            _looks++;
            return _lapsed;
        }
    }

    TimeSpan IStorePulse.LeaseTime => TimeSpan.FromSeconds(LeaseSeconds);

    [Fact]
    public async Task Store_AnswersAnotherSiloForALeaseTime_EndsThisOne()
    {
        using var watch = await StartAsync(Task.FromResult(false), Task.FromResult(true));
        await LookAsync(LeaseSeconds * 2);
        Assert.Null(_end);

        _lapsed = true;
        await LookAsync(LeaseSeconds);
        Assert.Null(_end);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => _end is not null, "the silo ends");
        Assert.Contains("other silos", _end, StringComparison.Ordinal);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Store_ComesBackInBetween_CountsAnew()
    {
        using var watch = await StartAsync(Task.FromResult(true));
        for (var i = 0; i < 3; i++)
        {
            _lapsed = true;
            await LookAsync(LeaseSeconds);
            _lapsed = false;
            await LookAsync(1);
        }

        await watch.StopAsync(CancellationToken.None);
        Assert.Null(_end);
    }

    [Fact]
    public async Task Store_AnswersNobody_Waits()
    {
        using var watch = await StartAsync(Task.FromResult(false), Task.FromException<bool>(new TimeoutException()));
        _lapsed = true;
        await LookAsync(LeaseSeconds * 3);
        await watch.StopAsync(CancellationToken.None);
        Assert.Null(_end);
    }

    [Fact]
    public async Task Silo_IsAlone_Waits()
    {
        using var watch = await StartAsync();
        _lapsed = true;
        await LookAsync(LeaseSeconds * 3);
        await watch.StopAsync(CancellationToken.None);
        Assert.Null(_end);
    }

    Task<bool> INoticeClient.HasStoreAsync(SiloAddress silo) => _others[silo];

    Task INoticeClient.FunctionChangedAsync(SiloAddress silo, string name) => throw new NotSupportedException();

    bool IFatalErrorHandler.IsUnexpected(Exception exception) => true;

    void IFatalErrorHandler.OnFatalException(object? sender, string? context, Exception? exception) => _end = context;

    /// <param name="others">What the other silos say of the store.</param>
    private async Task<StoreWatch> StartAsync(params Task<bool>[] others)
    {
        var membership = new FakeMembership(1 + others.Length);
        foreach (var (silo, says) in membership.Silos.Skip(1).Zip(others))
        {
            _others[silo] = says;
        }

        var watch = new StoreWatch(this, this, membership, membership, this, _clock, NullLogger<StoreWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);
        await _clock.WaitedForAsync(TimeSpan.FromSeconds(1));
        return watch;
    }

    /// <summary>Lets it look so often, once a second. All but the last look are over then.</summary>
    private async Task LookAsync(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var before = _looks;
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => _looks > before, "it looks");
        }
    }
}
