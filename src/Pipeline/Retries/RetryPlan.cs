using Dispatcher.Contracts;

namespace Dispatcher.Pipeline.Retries;

/// <summary>When a failed batch is tried again, and when it is given up.</summary>
internal sealed record RetryPlan
{
    /// <summary>Failed attempts after the first one: -1 without limit.</summary>
    public int MaximumAttempts { get; init; } = -1;

    /// <summary>Milliseconds a record may be old: -1 without limit.</summary>
    public long MaximumAgeMs { get; init; } = -1;

    /// <summary>Whether a failing batch is halved.</summary>
    public bool Bisect { get; init; }

    /// <summary>
    /// Wait before the first retry. With 250 ms, doubling, an always failing function is called 8 times in the first 60 s, as
    /// recorded from AWS.
    /// </summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(Limits.BatchFirstRetryMs);

    /// <summary>Longest wait after a function error.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMilliseconds(Limits.BatchLongestRetryMs);

    /// <summary>Longest wait after a throttle: capacity comes back by itself.</summary>
    public TimeSpan LongestThrottleWait { get; init; } = TimeSpan.FromMilliseconds(Limits.BatchLongestThrottleMs);

    /// <summary>Milliseconds of the longest wait of all.</summary>
    public long LongestMs => (long)Math.Max(LongestWait.TotalMilliseconds, LongestThrottleWait.TotalMilliseconds);
}
