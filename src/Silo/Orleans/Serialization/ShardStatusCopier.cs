using Dispatcher.Contracts.Grains;
using Orleans;
using Orleans.Serialization.Cloning;

namespace Dispatcher.Silo.Orleans.Serialization;

/// <summary>A <see cref="ShardStatus"/> never changes, so a call inside a silo hands over the same one.</summary>
[RegisterCopier]
internal sealed class ShardStatusCopier : IDeepCopier<ShardStatus>
{
    /// <inheritdoc/>
    public ShardStatus DeepCopy(ShardStatus input, CopyContext context) => input;
}
