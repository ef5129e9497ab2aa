using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Pipeline.AsyncInvocations;

/// <summary>Decides about asynchronous events. Pure.</summary>
internal static class AsyncPolicy
{
    /// <summary>The condition of a success.</summary>
    public const string Success = "Success";

    /// <summary>The condition of an event that failed too often, or whose function is gone.</summary>
    public const string RetriesExhausted = "RetriesExhausted";

    /// <summary>The condition of an event that is too old.</summary>
    public const string EventAgeExceeded = "EventAgeExceeded";

    /// <summary>The condition of an event whose function is turned off by a reserved concurrency of 0.</summary>
    public const string ZeroReservedConcurrency = "ZeroReservedConcurrency";

    /// <summary>The condition of an event that would go on with a recursive loop.</summary>
    public const string LoopDetected = "LoopDetected";

    private static readonly TimeSpan ShortestBackoff = TimeSpan.FromMilliseconds(Limits.AsyncShortestBackoffMs);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMilliseconds(Limits.AsyncLongestBackoffMs);

    /// <summary>Whether an event of this age is not tried any more.</summary>
    public static bool IsTooOld(AsyncRules rules, TimeSpan age) => age >= rules.MaximumAge;

    /// <summary>
    /// Whether an event is not tried because it would go on with a recursive loop. Its record makes one hop more: a function that
    /// gets it runs, and what that one sends on is refused.
    /// </summary>
    /// <param name="hops">Asynchronous invocations that led to it, 0 or more.</param>
    public static bool IsLoop(int hops) => hops == Limits.AsyncHops;

    /// <summary>What becomes of an event.</summary>
    /// <param name="rules">The function's rules.</param>
    /// <param name="outcome">How the try ended.</param>
    /// <param name="attempts">Tries that count, this one included, 1 or more.</param>
    /// <param name="age">Time since the event was taken.</param>
    public static AsyncVerdict Judge(AsyncRules rules, InvocationOutcome outcome, int attempts, TimeSpan age) => outcome switch
    {
        InvocationOutcome.Succeeded => new AsyncVerdict.Done(),
        InvocationOutcome.FunctionError => AfterError(rules, attempts, age),
        InvocationOutcome.Throttled { TurnedOff: true } => new AsyncVerdict.GivenUp(ZeroReservedConcurrency),
        InvocationOutcome.Throttled => new AsyncVerdict.Again(Backoff(rules, age), Counts: false),
        InvocationOutcome.Failed { Error.Kind: ServiceErrorKind.NotFound } => new AsyncVerdict.GivenUp(RetriesExhausted),
        InvocationOutcome.Failed => new AsyncVerdict.Again(Backoff(rules, age), Counts: false),
        _ => throw new InvalidOperationException($"unknown outcome {outcome}"),
    };

    private static AsyncVerdict AfterError(AsyncRules rules, int attempts, TimeSpan age)
    {
        if (attempts > rules.Retries)
        {
            return new AsyncVerdict.GivenUp(RetriesExhausted);
        }

        var wait = rules.FirstWait * attempts;
        return IsTooOld(rules, age + wait) ? new AsyncVerdict.GivenUp(EventAgeExceeded) : new AsyncVerdict.Again(wait, Counts: true);
    }

    /// <summary>
    /// As long again as the event has waited already, which doubles its age with every try, within 1 s and 5 minutes. So the
    /// store needs no count of throttles, a restart does not begin anew, and a long queue is read more slowly, as at AWS.
    /// </summary>
    private static TimeSpan Backoff(AsyncRules rules, TimeSpan age)
    {
        var wait = TimeSpan.FromTicks(Math.Clamp(age.Ticks, ShortestBackoff.Ticks, LongestBackoff.Ticks));
        var left = rules.MaximumAge - age;
        return left < wait ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : wait;
    }
}
