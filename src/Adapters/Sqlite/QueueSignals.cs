using System.Collections.Concurrent;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Wakes those who wait for messages of a queue. Holds something only for queues that somebody waits for.</summary>
internal sealed class QueueSignals(TimeProvider time)
{
    /// <summary>Timers take no more than some weeks; whoever waits longer looks once a day.</summary>
    private const long LongestWaitMs = 86_400_000;

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    /// <summary>Completes with the next change; take it before looking, so that no change is missed.</summary>
    public Task Next(string queue)
        => _waiting.GetOrAdd(queue, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Something became visible, or may have.</summary>
    public void Changed(string queue)
    {
        if (_waiting.TryRemove(queue, out var waiting))
        {
            waiting.SetResult();
        }
    }

    /// <summary>Waits for a change, or for a time in milliseconds since 1970 (long.MaxValue: for a change alone).</summary>
    public async Task WaitAsync(Task change, long untilMs, CancellationToken cancellation)
    {
        if (untilMs == long.MaxValue)
        {
            await change.WaitAsync(cancellation);
            return;
        }

        var waitMs = Math.Clamp(untilMs - time.GetUtcNow().ToUnixTimeMilliseconds(), 1, LongestWaitMs);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(change, Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, stop.Token));
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
