using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What <see cref="IRecordLogStore.WaitAsync"/> does.</summary>
public abstract class RecordLogWaitContract : StoreContract
{
    private const string Log = "s/0";

    private IRecordLogStore Logs => Store.Logs;

    [Fact]
    public async Task WaitAsync_RecordThere_CompletesAtOnce()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync(2);

        await Logs.WaitAsync(Log, 1, Cancellation);
    }

    [Fact]
    public async Task WaitAsync_NoLog_CompletesAtOnce() => await Logs.WaitAsync(Log, 1, Cancellation);

    [Fact]
    public async Task WaitAsync_EmptyLog_CompletesWithTheAppend()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var wait = Logs.WaitAsync(Log, 0, Cancellation).AsTask();
        Assert.False(wait.IsCompleted);

        await AppendAsync(1);

        await wait;
    }

    [Fact]
    public async Task WaitAsync_PositionFurtherOn_WaitsForThatOne()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var wait = Logs.WaitAsync(Log, 3, Cancellation).AsTask();

        await AppendAsync(3);
        Assert.False(wait.IsCompleted);
        await AppendAsync(1);

        await wait;
    }

    [Fact]
    public async Task WaitAsync_OtherLog_IsNotWoken()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        await Logs.CreateAsync("s/1", 0, Cancellation);
        using var stop = new CancellationTokenSource();
        var wait = Logs.WaitAsync("s/1", 0, stop.Token).AsTask();

        await AppendAsync(1);
        Assert.False(wait.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task WaitAsync_ManyWaiters_AllWake()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var waits = Enumerable.Range(0, 1_000).Select(i => Logs.WaitAsync(Log, i % 3, Cancellation).AsTask()).ToArray();

        await AppendAsync(3);

        await Task.WhenAll(waits);
    }

    [Fact]
    public async Task WaitAsync_Sealed_Completes()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var wait = Logs.WaitAsync(Log, 0, Cancellation).AsTask();

        await Logs.SealAsync(Log, Cancellation);

        await wait;
        await Logs.WaitAsync(Log, 5, Cancellation);
    }

    [Fact]
    public async Task WaitAsync_Deleted_Completes()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var wait = Logs.WaitAsync(Log, 0, Cancellation).AsTask();

        await Logs.DeleteAsync(Log, Cancellation);

        await wait;
    }

    [Fact]
    public async Task WaitAsync_WhileAppendsRun_MissesNone()
    {
        await Logs.CreateAsync(Log, 0, Cancellation);
        var appends = Task.Run(async () =>
        {
            for (var i = 0; i < 300; i++)
            {
                await AppendAsync(1);
            }
        });

        for (var i = 0; i < 300; i++)
        {
            await Logs.WaitAsync(Log, i, Cancellation);
        }

        await appends;
    }

    private async Task AppendAsync(int count)
        => await Logs.AppendAsync(Log, [.. Enumerable.Repeat(new LogAppend(default, "x"u8.ToArray()), count)], Cancellation);
}
