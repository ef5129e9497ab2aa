using Dispatcher.Silo.Orleans.Warm;
using Orleans;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Warm;

public sealed class WarmGuestsTests
{
    private readonly WarmGuests _guests = new();
    private readonly FakeLifecycle _silo = new();

    public WarmGuestsTests() => _guests.Participate(_silo);

    [Fact]
    public async Task Stop_CallsOfOthersRun_WaitsForAllOfThem()
    {
        Assert.True(_guests.TryEnter());
        Assert.True(_guests.TryEnter());

        var stopping = _silo.StopAsync(TestContext.Current.CancellationToken);

        Assert.False(_guests.TryEnter());
        _guests.Leave();
        Assert.False(stopping.IsCompleted);
        _guests.Leave();
        await stopping;
    }

    [Fact]
    public async Task Stop_NobodyIsThere_EndsAtOnce()
    {
        Assert.True(_guests.TryEnter());
        _guests.Leave();

        await _silo.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(_guests.IsClosed);
    }

    [Fact]
    public async Task Stop_TimeIsOver_GoesOnWithoutThem()
    {
        Assert.True(_guests.TryEnter());
        using var over = new CancellationTokenSource();

        var stopping = _silo.StopAsync(over.Token);
        await over.CancelAsync();

        await stopping;
    }

    private sealed class FakeLifecycle : ISiloLifecycle
    {
        private ILifecycleObserver? _observer;

        public int HighestCompletedStage => ServiceLifecycleStage.Active;

        public int LowestStoppedStage => ServiceLifecycleStage.Active;

        public Task StopAsync(CancellationToken cancellation) => _observer!.OnStop(cancellation);

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            _observer = observer;
            return new MemoryStream();
        }
    }
}
