using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>Carries a <see cref="PermitLoan"/> between silos.</summary>
[RegisterConverter]
internal sealed class PermitLoanConverter : IConverter<PermitLoan, PermitLoanSurrogate>
{
    /// <inheritdoc/>
    public PermitLoan ConvertFromSurrogate(in PermitLoanSurrogate surrogate) => new(surrogate.Permits, surrogate.Recalled, surrogate.Elsewhere);

    /// <inheritdoc/>
    public PermitLoanSurrogate ConvertToSurrogate(in PermitLoan value) => new() { Permits = value.Permits, Recalled = value.Recalled, Elsewhere = value.Elsewhere };
}
