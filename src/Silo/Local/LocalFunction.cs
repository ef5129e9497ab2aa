using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Local;

/// <summary>A function's grain as its callers see it.</summary>
internal sealed class LocalFunction(Activations<string, IFunctionGrain> grains, string name) : IFunctionGrain
{
    /// <inheritdoc/>
    public Task<PermitLoan> LendAsync(string silo, int wanted, CancellationToken cancellation)
        => grains.CallAsync(name, grain => grain.LendAsync(silo, wanted, cancellation), cancellation);

    /// <inheritdoc/>
    public Task ReturnAsync(string silo, int permits, CancellationToken cancellation)
        => grains.CallAsync(name, grain => grain.ReturnAsync(silo, permits, cancellation), cancellation);
}
