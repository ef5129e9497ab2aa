using Dispatcher.Contracts.Names;

namespace Dispatcher.Contracts.Mappings;

/// <summary>Asks a mapping's source how many records wait for the mapping. For autoscalers: what is not known is not zero.</summary>
public interface ILagReader
{
    /// <summary>The lag now; never throws for what the source does.</summary>
    ValueTask<MappingLag> ReadAsync(MappingId mapping, CancellationToken cancellation);
}
