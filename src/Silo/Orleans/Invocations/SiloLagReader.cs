using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Orleans;

namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>The lag reader of a gateway: a silo asks the source.</summary>
internal sealed class SiloLagReader(IGrainFactory grains) : ILagReader
{
    /// <inheritdoc/>
    public async ValueTask<MappingLag> ReadAsync(MappingId mapping, CancellationToken cancellation)
    {
        try
        {
            var (records, unknown) = await grains.GetGrain<ILagActivation>(0).ReadAsync(mapping.ToString(), cancellation);
            return new MappingLag(records, unknown);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return MappingLag.Because($"no silo answered: {e.Message}");
        }
    }
}
