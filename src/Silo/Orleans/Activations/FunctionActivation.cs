using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Placement;

namespace Dispatcher.Silo.Orleans.Activations;

/// <summary>A function in the cluster. It does not move while its silo lives: it remembers what it has lent.</summary>
[GrainType("function")]
[Immovable]
[ActivationCountBasedPlacement]
internal sealed class FunctionActivation(ActivationParts parts) : Activation<IFunctionGrain>(parts), IFunctionActivation
{
    /// <inheritdoc/>
    protected override bool MovesOn => false;

    /// <inheritdoc/>
    public Task<PermitLoan> LendAsync(string silo, int wanted, CancellationToken cancellation) => Plain.LendAsync(silo, wanted, cancellation);

    /// <inheritdoc/>
    public Task ReturnAsync(string silo, int permits, CancellationToken cancellation) => CallAsync(Plain.ReturnAsync(silo, permits, cancellation));

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
