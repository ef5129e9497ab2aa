using Dispatcher.Contracts;
using Dispatcher.Contracts.Retries;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>The wait before something that failed is tried again: longer with each failure in a row.</summary>
internal sealed class RetryPause(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(Limits.ShardFirstRetryMs);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(Limits.ShardLongestRetryMs);

    private int _failures;
    private long _untilMs;

    /// <summary>It failed: begins to wait.</summary>
    public void Failed(long nowMs) => _untilMs = nowMs + (long)Backoff.Wait(++_failures, First, Longest, random).TotalMilliseconds;

    /// <summary>It succeeded.</summary>
    public void Succeeded() => _failures = 0;

    /// <summary>Whether the wait is over. A clock that was set back does not make it longer than any wait is.</summary>
    /// <param name="nowMs">The clock.</param>
    /// <param name="untilMs">When it is over.</param>
    public bool IsOver(long nowMs, out long untilMs)
    {
        untilMs = _untilMs = Math.Min(_untilMs, nowMs + Limits.ShardLongestRetryMs);
        return untilMs <= nowMs;
    }
}
