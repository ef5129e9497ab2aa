using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>
/// Images (<c>PackageType=Image</c>, any <c>ImageUri</c> but <c>http(s)://</c>) whose workers run elsewhere and fetch events from
/// here. An event that no worker takes for a time is throttled, which costs a mapping no attempt.
/// </summary>
internal sealed class RemoteWorkerRuntime(DispatcherConfig config, IStore store, RemotePools pools, TimeProvider clock) : IFunctionRuntime
{
    private readonly Catalog _catalog = new(store);
    private readonly TimeSpan _wait = TimeSpan.FromSeconds(config.RemoteWorkers.WaitSeconds);

    /// <inheritdoc/>
    public bool Handles(FunctionConfig function) => config.RemoteWorkers.Url.Length > 0 && RemoteFunctions.Has(function);

    /// <inheritdoc/>
    public ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation)
    {
        using var use = pools.Use(RemoteFunctions.Key(plan.Config));
        var began = clock.GetTimestamp();
        while (true)
        {
            var offer = use.Pool.Offer(plan, request);
            if (await TakeAsync(use.Pool, offer, _wait - clock.GetElapsedTime(began), cancellation) is not { } taken)
            {
                return offer.Refusal is { } refusal
                    ? refusal with { ExecutedVersion = plan.Config.Version }
                    : new InvocationOutcome.Throttled(InvocationOutcome.Throttled.AccountLimit, TimeSpan.FromSeconds(1));
            }

            if (await new RemoteRun(use.Pool, taken, clock).WaitAsync(cancellation) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <summary>
    /// Sends the workers of a deleted version away. Those of a changed one are nobody's here to end: it gets new pods where its old
    /// ones came from.
    /// </summary>
    public async ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation)
    {
        var function = new FunctionRef(plan.Config.Name, plan.Config.Version);
        if (await _catalog.Functions.FindAsync(function.Key, cancellation) is null)
        {
            pools.Find(RemoteFunctions.Key(plan.Config))?.SendAway();
        }
    }

    /// <inheritdoc/>
    public IdleWorkers? IdleOf(FunctionPlan plan)
    {
        var version = RemoteFunctions.Key(plan.Config);
        return new(version, pools.Find(version)?.Count.Waiting ?? 0);
    }

    /// <inheritdoc/>
    public IEnumerable<IdleWorkers> Idle() => pools.Idle();

    private async ValueTask<RemoteEvent?> TakeAsync(RemotePool pool, RemoteOffer offer, TimeSpan wait, CancellationToken cancellation)
    {
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
