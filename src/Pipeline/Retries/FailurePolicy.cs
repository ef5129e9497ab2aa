using Dispatcher.Contracts.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Retries;

/// <summary>The only place that decides what becomes of a batch that failed.</summary>
internal static class FailurePolicy
{
    /// <summary>
    /// After an invocation that ran and failed. A batch of several records is halved first where that is wanted, which uses
    /// up no attempt; else the attempt counts.
    /// </summary>
    /// <param name="retry">The mapping's options.</param>
    /// <param name="batch">The batch; its Attempts do not count this failure yet.</param>
    /// <param name="nowMs">Milliseconds since 1970.</param>
    /// <param name="random">For the jitter.</param>
    public static Verdict AfterFailure(RetryPlan retry, Batch batch, long nowMs, Random random)
    {
        if (retry.Bisect && batch.Count > 1)
        {
            return new Verdict.SplitAt((batch.Count + 1) / 2, nowMs + Ms(Backoff.Wait(1, retry.FirstWait, retry.LongestWait, random)));
        }

        var attempts = batch.Attempts + 1;
        return Exhausted(retry, attempts)
            ? new Verdict.GiveUp(GiveUpReason.RetryAttemptsExhausted)
            : new Verdict.RetryAt(nowMs + Ms(Backoff.Wait(attempts, retry.FirstWait, retry.LongestWait, random)));
    }

    /// <summary>When to try again after a throttle, a missing host or a destination that failed; never gives up.</summary>
    public static long AfterNotRun(RetryPlan retry, int inSequence, long nowMs, Random random)
        => nowMs + Ms(Backoff.Wait(inSequence, retry.FirstWait, retry.LongestThrottleWait, random));

    /// <summary>Whether so many failed attempts are more than the retries allow (the first try is no retry).</summary>
    public static bool Exhausted(RetryPlan retry, int attempts)
        => retry.MaximumAttempts >= 0 && attempts > retry.MaximumAttempts;

    /// <summary>Whether a record of that time is too old.</summary>
    public static bool Expired(RetryPlan retry, long timestampMs, long nowMs)
        => retry.MaximumAgeMs >= 0 && nowMs - timestampMs > retry.MaximumAgeMs;

    private static long Ms(TimeSpan wait) => (long)Math.Ceiling(wait.TotalMilliseconds);
}
