using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>Asks sources for a gateway, which has none.</summary>
[Alias("dispatcher.lag")]
internal interface ILagActivation : IGrainWithIntegerKey
{
    /// <summary>How many records wait for a mapping, or why that is not known.</summary>
    Task<(long? Records, string? Unknown)> ReadAsync(string mapping, CancellationToken cancellation);
}
