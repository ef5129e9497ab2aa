using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Serialization.Cloning;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A <see cref="MappingStatus"/> never changes, so a call inside a silo hands over the same one.</summary>
[RegisterCopier]
internal sealed class MappingStatusCopier : IDeepCopier<MappingStatus>
{
    /// <inheritdoc/>
    public MappingStatus DeepCopy(MappingStatus input, CopyContext context) => input;
}
