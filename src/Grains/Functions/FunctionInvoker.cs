using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Pipeline.Permits;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Grains.Functions;

/// <summary>Calls functions on this silo: finds the version, takes a permit, lets the right runtime run it.</summary>
internal sealed partial class FunctionInvoker(
    FunctionPlans plans,
    AccountLimits limits,
    PermitDesk permits,
    DispatcherConfig config,
    Instruments instruments,
    TimeProvider time,
    IEnumerable<IOtherSilos> others,
    ILogger<FunctionInvoker> logger) : IFunctionInvoker
{
    private static readonly TimeSpan ThrottleRetryAfter = TimeSpan.FromSeconds(1);

    private readonly IOtherSilos? _others = others.FirstOrDefault();

    /// <inheritdoc/>
    public async ValueTask CheckAsync(FunctionRef function, CancellationToken cancellation)
        => await plans.FindAsync(function, cancellation);

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        try
        {
            var found = await plans.FindAsync(request.Function, cancellation);
            if (await ElsewhereAsync(found, request, cancellation) is { } outcome)
            {
                return outcome;
            }

            await limits.CurrentAsync(cancellation);
            var waiter = request.WaitForPermit ? request.Waiter ?? "other" : null;
            if (await permits.EnterAsync(request.Function.Name, waiter, cancellation) is var answer && answer != PermitAnswer.Entered)
            {
                return Throttled(request.Function.Name, answer);
            }

            try
            {
                return request.MayBegin?.Invoke() == false
                    ? new InvocationOutcome.Throttled("the caller gave it up while it waited", TimeSpan.Zero)
                    : await RunAsync(found, request, cancellation);
            }
            finally
            {
                permits.Leave(request.Function.Name, waiter is not null);
            }
        }
        catch (ServiceException error)
        {
            return new InvocationOutcome.Failed(error);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogBroken(logger, request.Function.ToArn(config.Region, config.Account), request.RequestId, e);
            return new InvocationOutcome.Failed(new ServiceException(ServiceErrorKind.Internal, "The function could not be run.", e));
        }
    }

    /// <summary>
    /// A silo with a free warm worker comes before a cold start here. One that may have to wait for its permit, or has to ask
    /// before it begins, does both there no more: it begins at once or comes back.
    /// </summary>
    private async ValueTask<InvocationOutcome?> ElsewhereAsync(FoundFunction found, InvocationRequest request, CancellationToken cancellation)
    {
        if (_others is null || request.HandedOver || request.Answer is not null || found.Runtime.IdleOf(found.Plan) is not { Count: 0 } idle
            || request.MayBegin?.Invoke() == false)
        {
            return null;
        }

        return await _others.TryInvokeAsync(idle.Version, request, cancellation);
    }

    private InvocationOutcome.Throttled Throttled(string function, PermitAnswer answer)
    {
        instruments.Throttled(function);
        var reserved = permits.KeyOf(function) == function;
        return new InvocationOutcome.Throttled(
            reserved ? InvocationOutcome.Throttled.ReservedLimit : InvocationOutcome.Throttled.AccountLimit, ThrottleRetryAfter)
        {
            TurnedOff = answer == PermitAnswer.TurnedOff,
        };
    }

    private async ValueTask<InvocationOutcome> RunAsync(FoundFunction found, InvocationRequest request, CancellationToken cancellation)
    {
        using var span = instruments.Span("invoke", System.Diagnostics.ActivityKind.Internal);
        span?.SetTag("faas.invoked_name", request.Function.Name).SetTag("faas.invocation_id", request.RequestId);
        var start = time.GetTimestamp();
        var outcome = await found.Runtime.InvokeAsync(found.Plan, request, cancellation);
        var failed = outcome is InvocationOutcome.FunctionError;
        instruments.Ran(request.Function.Name, time.GetElapsedTime(start).TotalMilliseconds, failed);
        span?.SetStatus(outcome is InvocationOutcome.Succeeded ? System.Diagnostics.ActivityStatusCode.Ok : System.Diagnostics.ActivityStatusCode.Error);
        return outcome with { ExecutedVersion = found.Plan.Config.Version };
    }
}
