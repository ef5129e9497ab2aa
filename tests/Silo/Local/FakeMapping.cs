using System.Collections.Concurrent;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Tests.Local;

/// <summary>A mapping's grain that counts how many calls run in it at a time.</summary>
internal sealed class FakeMapping(ConcurrentQueue<string> disposed) : IMappingGrain, IDroppable, IAsyncDisposable
{
    private int _running;

    public int Calls { get; private set; }

    public int MostAtOnce { get; private set; }

    public ConcurrentQueue<string> Reports { get; } = new();

    /// <summary>What ReconcileAsync waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool CanBeDropped { get; set; }

    public async Task ReconcileAsync(CancellationToken cancellation)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        Calls++;
        Entered.TrySetResult();
        await Gate;
        Interlocked.Decrement(ref _running);
    }

    public Task ShardEndedAsync(string shard, CancellationToken cancellation)
    {
        CanBeDropped = true;
        return Task.CompletedTask;
    }

    public Task ReportAsync(string lastProcessingResult, CancellationToken cancellation)
    {
        Reports.Enqueue(lastProcessingResult);
        return lastProcessingResult == "fail" ? throw new InvalidOperationException("fail") : Task.CompletedTask;
    }

    public Task<MappingStatus> StatusAsync(CancellationToken cancellation) => Task.FromResult(new MappingStatus("", "Enabled", []));

    public ValueTask DisposeAsync()
    {
        disposed.Enqueue("mapping");
        return ValueTask.CompletedTask;
    }
}
