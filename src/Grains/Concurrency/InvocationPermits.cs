using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>A permit for each invocation on this silo, under the limits of the account as they are now.</summary>
/// <param name="limits">Knows when the account's limits were changed.</param>
/// <param name="limiter">Hands out the permits.</param>
/// <param name="instruments">Counts throttled invocations.</param>
internal sealed class InvocationPermits(AccountLimits limits, FunctionLimiter limiter, Instruments instruments)
{
    private const string OtherFlow = "other";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Takes a permit; null where it is there, until <see cref="Leave"/>, else why not.</summary>
    public async ValueTask<InvocationOutcome.Throttled?> EnterAsync(InvocationRequest request, CancellationToken cancellation)
    {
        await limits.CurrentAsync(cancellation);
        var flow = request.WaitForPermit ? request.Flow ?? OtherFlow : null;
        var answer = await limiter.EnterAsync(request.Function.Name, flow, cancellation);
        return answer == PermitAnswer.Entered ? null : Throttled(request.Function.Name, answer);
    }

    /// <summary>Gives a permit back.</summary>
    public void Leave(InvocationRequest request) => limiter.Leave(request.Function.Name, request.WaitForPermit);

    /// <summary>Waits until a function is not turned off.</summary>
    public async ValueTask OnAsync(string function, CancellationToken cancellation)
    {
        await limits.CurrentAsync(cancellation);
        await limiter.OnAsync(function, cancellation);
    }

    private InvocationOutcome.Throttled Throttled(string function, PermitAnswer answer)
    {
        instruments.Throttled(function);
        var reserved = limiter.KeyOf(function) == function;
        return new InvocationOutcome.Throttled(
            reserved ? InvocationOutcome.Throttled.ReservedLimit : InvocationOutcome.Throttled.AccountLimit, RetryAfter)
        {
            TurnedOff = answer == PermitAnswer.TurnedOff,
        };
    }
}
