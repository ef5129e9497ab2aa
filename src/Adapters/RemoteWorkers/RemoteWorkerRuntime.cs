using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// Images (<c>PackageType=Image</c>, any <c>ImageUri</c> but <c>http(s)://</c>) whose workers run elsewhere and fetch events from
/// here. An event that no worker takes for a time is throttled, which costs a mapping no attempt.
/// </summary>
internal sealed class RemoteWorkerRuntime(DispatcherConfig config, RemotePools pools, TimeProvider clock) : IFunctionRuntime
{
    private readonly TimeSpan _wait = TimeSpan.FromSeconds(config.RemoteWorkers.WaitSeconds);

    /// <inheritdoc/>
    public bool Handles(FunctionConfig function) => config.RemoteWorkers.Url.Length > 0 && RemoteFunctions.Has(function);

    /// <inheritdoc/>
    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        var pool = pools.Of(RemoteFunctions.Key(plan.Config));
        var began = clock.GetTimestamp();
        while (await TakeAsync(pool, plan, request, _wait - clock.GetElapsedTime(began), cancellation) is { } taken)
        {
            if (await new RemoteRun(pool, taken, clock).WaitAsync(cancellation) is { } outcome)
            {
                return outcome;
            }
        }

        return new InvocationOutcome.Throttled(InvocationOutcome.Throttled.AccountLimit, TimeSpan.FromSeconds(1));
    }

    /// <summary>Workers are nobody's here to end: a changed function gets new pods where its old ones came from.</summary>
    public ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public IdleWorkers? IdleOf(FunctionPlan plan)
    {
        var version = RemoteFunctions.Key(plan.Config);
        return new(version, pools.Of(version).Count.Waiting);
    }

    /// <inheritdoc/>
    public IEnumerable<IdleWorkers> Idle() => pools.Idle();

    private async ValueTask<RemoteEvent?> TakeAsync(
        RemotePool pool, FunctionPlan plan, InvocationRequest request, TimeSpan wait, CancellationToken cancellation)
    {
        var offer = pool.Offer(plan, request);
        try
        {
            return await offer.Taken.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, cancellation);
        }
        catch (TimeoutException)
        {
            return pool.Withdraw(offer) ? null : await offer.Taken;
        }
        catch (OperationCanceledException) when (!pool.Withdraw(offer))
        {
            return await offer.Taken; // a worker has it: its run sees that nobody waits for it
        }
    }
}
