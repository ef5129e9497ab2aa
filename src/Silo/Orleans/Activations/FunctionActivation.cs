using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Placement;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>A function in the cluster. It does not move while its silo lives: it remembers what it has lent, and the next one has to read it.</summary>
[GrainType("function")]
[Immovable]
[ActivationCountBasedPlacement]
internal sealed class FunctionActivation(ActivationParts parts) : Activation<IFunctionGrain>(parts), IFunctionActivation
{
    /// <inheritdoc/>
    protected override bool MovesOn => false;

    /// <inheritdoc/>
    public async Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation)
    {
        try
        {
            return await Plain.RenewAsync(report, cancellation);
        }
        finally
        {
            // One that has lost its key to another one ends; the next call makes a new one.
            await CallAsync(Task.CompletedTask);
        }
    }

    /// <inheritdoc/>
    protected override IFunctionGrain Make() => Parts.Maker.Function(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    protected override async Task EndAsync(IFunctionGrain plain, CancellationToken cancellation)
    {
        if (plain is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().AsTask().WaitAsync(cancellation);
        }
    }
}
