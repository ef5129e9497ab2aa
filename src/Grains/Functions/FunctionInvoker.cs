using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Grains.Concurrency;

namespace Dispatcher.Grains.Functions;

/// <summary>Calls functions on this silo: finds the version, takes a permit, lets the right runtime run it.</summary>
internal sealed class FunctionInvoker(
    FunctionPlans plans, InvocationPermits permits, FunctionRunner runner, IEnumerable<IOtherSilos> others) : IFunctionInvoker
{
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
            return await ElsewhereAsync(found, request, cancellation)
                ?? (InvocationOutcome?)await permits.EnterAsync(request, cancellation)
                ?? await RunAsync(found, request, cancellation);
        }
        catch (ServiceException error)
        {
            return new InvocationOutcome.Failed(error);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return runner.Broken(request, e);
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

    /// <summary>Runs what has its permit, and gives that back.</summary>
    private async ValueTask<InvocationOutcome> RunAsync(FoundFunction found, InvocationRequest request, CancellationToken cancellation)
    {
        try
        {
            return request.MayBegin?.Invoke() == false
                ? new InvocationOutcome.Throttled("the caller gave it up while it waited", TimeSpan.Zero)
                : await runner.RunAsync(found, request, cancellation);
        }
        finally
        {
            permits.Leave(request);
        }
    }
}
