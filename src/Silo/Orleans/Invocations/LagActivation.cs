using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Orleans;
using Orleans.Concurrency;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>On whatever silo the gateway is connected to.</summary>
[GrainType("lag")]
[StatelessWorker]
[Reentrant]
internal sealed class LagActivation(ILagReader lags) : Grain, ILagActivation
{
    /// <inheritdoc/>
    public async Task<(long? Records, string? Unknown)> ReadAsync(string mapping, CancellationToken cancellation)
    {
        var lag = MappingId.TryParse(mapping, out var id) ? await lags.ReadAsync(id, cancellation) : MappingLag.Because("there is no such mapping");
        return (lag.Records, lag.Unknown);
    }
}
