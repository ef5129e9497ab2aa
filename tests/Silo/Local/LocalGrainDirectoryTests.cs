using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Silo.Local;

namespace Dispatcher.Silo.Tests.Local;

public sealed class LocalGrainDirectoryTests
{
    private readonly FakeGrains _grains = new();
    private readonly LocalGrainDirectory _directory;
    private readonly MappingId _id = MappingId.New();

    public LocalGrainDirectoryTests() => _directory = new LocalGrainDirectory(new Lazy<IGrainMaker>(_grains));

    private IMappingGrain Mapping => _directory.Mapping(_id);

    private FakeMapping Only => Assert.Single(_grains.Mappings);

    [Fact]
    public async Task Call_ManyAtATime_RunOneAfterTheOtherInOneGrain()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => Mapping.ReconcileAsync(CancellationToken.None))));

        Assert.Equal((200, 1), (Only.Calls, Only.MostAtOnce));
    }

    [Fact]
    public async Task Call_WhileATurnRuns_WaitsForItsEndAndKeepsTheOrder()
    {
        await Mapping.StatusAsync(CancellationToken.None);
        var gate = new TaskCompletionSource();
        Only.Gate = gate.Task;
        var running = Mapping.ReconcileAsync(CancellationToken.None);
        var waiting = Enumerable.Range(0, 20).Select(i => Mapping.ReportAsync($"{i}", CancellationToken.None)).ToArray();
        Assert.Empty(Only.Reports);

        gate.SetResult();
        await Task.WhenAll([running, .. waiting]);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Only.Reports);
    }

    [Fact]
    public async Task Call_OtherKey_DoesNotWait()
    {
        await Mapping.StatusAsync(CancellationToken.None);
        var gate = new TaskCompletionSource();
        Only.Gate = gate.Task;
        var running = Mapping.ReconcileAsync(CancellationToken.None);

        await _directory.Mapping(MappingId.New()).ReconcileAsync(CancellationToken.None);

        Assert.False(running.IsCompleted);
        gate.SetResult();
        await running;
    }

    [Fact]
    public async Task Call_CancelledWhileWaiting_GivesUpItsTurn()
    {
        await Mapping.StatusAsync(CancellationToken.None);
        var gate = new TaskCompletionSource();
        Only.Gate = gate.Task;
        var running = Mapping.ReconcileAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = Mapping.ReportAsync("never", cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.SetResult();
        await running;
        await Mapping.ReportAsync("after", CancellationToken.None);

        Assert.Equal(["after"], Only.Reports);
    }

    [Fact]
    public async Task Call_ThatThrows_EndsItsTurn()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Mapping.ReportAsync("fail", CancellationToken.None));
        await Mapping.ReportAsync("after", CancellationToken.None);

        Assert.Equal(["fail", "after"], Only.Reports);
    }

    [Fact]
    public async Task Call_GrainThatCanBeDropped_IsDisposedAndMadeAnew()
    {
        await Mapping.ShardEndedAsync("s", CancellationToken.None);
        Assert.Equal(0, _directory.Count);

        await Mapping.ReportAsync("new", CancellationToken.None);

        Assert.Equal(["mapping"], _grains.Disposed);
        Assert.Equal(2, _grains.Mappings.Count);
        Assert.Equal(["new"], _grains.Mappings.Last().Reports);
    }

    [Fact]
    public async Task Call_ManyWhileGrainsAreDropped_AreAllServedOneAtATime()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => i % 3 == 0
            ? Mapping.ShardEndedAsync("s", CancellationToken.None)
            : Mapping.ReconcileAsync(CancellationToken.None))));

        Assert.Equal(333, _grains.Mappings.Sum(grain => grain.Calls));
        Assert.All(_grains.Mappings, grain => Assert.InRange(grain.MostAtOnce, 0, 1));
    }

    [Fact]
    public async Task CloseAsync_AllKinds_EndsMappingsThenShardsThenFunctions()
    {
        await _directory.Function("f").RenewAsync(new PermitReport("silo", 1, 0, 0, 1), CancellationToken.None);
        await _directory.Shard(new ShardKey(_id, "a")).StatusAsync(CancellationToken.None);
        await _directory.Shard(new ShardKey(_id, "b")).StatusAsync(CancellationToken.None);
        await Mapping.StatusAsync(CancellationToken.None);

        await _directory.CloseAsync();

        Assert.Equal(["mapping", "shard", "shard", "function"], _grains.Disposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Mapping.StatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task CloseAsync_WhileATurnRuns_WaitsForIt()
    {
        await Mapping.StatusAsync(CancellationToken.None);
        var gate = new TaskCompletionSource();
        Only.Gate = gate.Task;
        var running = Mapping.ReconcileAsync(CancellationToken.None);
        await Only.Entered.Task;

        var closing = _directory.CloseAsync();
        Assert.False(closing.IsCompleted);
        Assert.Empty(_grains.Disposed);
        gate.SetResult();
        await Task.WhenAll(running, closing);

        Assert.Equal(["mapping"], _grains.Disposed);
    }
}
