using Dispatcher.Contracts.Grains;
using Orleans;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>Carries a <see cref="PermitReport"/> between silos.</summary>
[RegisterConverter]
internal sealed class PermitReportConverter : IConverter<PermitReport, PermitReportSurrogate>
{
    /// <inheritdoc/>
    public PermitReport ConvertFromSurrogate(in PermitReportSurrogate surrogate)
        => new(surrogate.Silo, surrogate.Number, surrogate.Allowed, surrogate.Inside, surrogate.Waiting) { Changed = surrogate.Changed, Leaves = surrogate.Leaves };

    /// <inheritdoc/>
    public PermitReportSurrogate ConvertToSurrogate(in PermitReport value) => new()
    {
        Silo = value.Silo,
        Number = value.Number,
        Allowed = value.Allowed,
        Inside = value.Inside,
        Waiting = value.Waiting,
        Changed = value.Changed,
        Leaves = value.Leaves,
    };
}
