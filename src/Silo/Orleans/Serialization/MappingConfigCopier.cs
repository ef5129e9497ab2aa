using Dispatcher.Contracts.Mappings;
using Orleans;
using Orleans.Serialization.Cloning;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A <see cref="MappingConfig"/> never changes, so a call inside a silo hands over the same one.</summary>
[RegisterCopier]
internal sealed class MappingConfigCopier : IDeepCopier<MappingConfig>
{
    /// <inheritdoc/>
    public MappingConfig DeepCopy(MappingConfig input, CopyContext context) => input;
}
