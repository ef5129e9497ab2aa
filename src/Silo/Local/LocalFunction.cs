using Dispatcher.Contracts.Grains;

namespace Dispatcher.Silo.Local;

/// <summary>A function's grain as its callers see it.</summary>
internal sealed class LocalFunction(Activations<string, IFunctionGrain> grains, string name) : IFunctionGrain
{
    /// <inheritdoc/>
    public Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation)
        => grains.CallAsync(name, grain => grain.RenewAsync(report, cancellation), cancellation);
}
