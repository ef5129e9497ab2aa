using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>
/// A plain grain inside an Orleans grain: made with it, disposed with it. Its own tasks run outside of Orleans' scheduler,
/// so Orleans takes it for idle: a timer keeps it alive while it has work and lets go of it when it says that it holds nothing.
/// </summary>
/// <typeparam name="TPlain">The plain grain's interface.</typeparam>
internal abstract class Activation<TPlain>(ActivationParts parts) : Grain
    where TPlain : class
{
    private TPlain? _plain;

    /// <summary>The plain grain.</summary>
    protected TPlain Plain => _plain ??= Make();

    /// <summary>What it works with.</summary>
    protected ActivationParts Parts => parts;

    /// <summary>Whether another silo goes on with it when this one leaves; false for what is made anew when it is needed.</summary>
    protected virtual bool MovesOn => true;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(
            CheckAsync, new GrainTimerCreationOptions { DueTime = parts.Timing.FirstCheck, Period = parts.Timing.Check, KeepAlive = true, Interleave = true });
        await BeginAsync(cancellationToken);
    }

    /// <summary>Ends the work in time to be still able to say so to the cluster; what has not ended is left behind.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode == DeactivationReasonCode.ShuttingDown && MovesOn && parts.HasOtherSilos)
        {
            // The silo leaves: another one goes on at once, with what OnDehydrate gives along.
            MigrateOnIdle();
        }

        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(parts.Timing.HandOver);
        if (_plain is { } plain)
        {
            await EndAsync(plain, bounded.Token);
        }
    }

    /// <summary>Makes the plain grain.</summary>
    protected abstract TPlain Make();

    /// <summary>Goes on with what an earlier activation gave along.</summary>
    protected virtual Task BeginAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Ends the plain grain's work.</summary>
    protected abstract Task EndAsync(TPlain plain, CancellationToken cancellation);

    /// <summary>Regular upkeep while the activation lives.</summary>
    protected virtual Task KeepAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Called before an activation that holds nothing any more is let go.</summary>
    protected virtual Task LetGoAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Calls the plain grain; afterwards it may hold nothing any more.</summary>
    protected async Task CallAsync(Task call)
    {
        await call;
        if (Plain is IDroppable { CanBeDropped: true })
        {
            await CheckAsync(CancellationToken.None);
        }
    }

    private async Task CheckAsync(CancellationToken cancellation)
    {
        if (Plain is IDroppable { CanBeDropped: true })
        {
            await LetGoAsync(cancellation);
            DeactivateOnIdle();
            return;
        }

        await KeepAsync(cancellation);
    }
}
