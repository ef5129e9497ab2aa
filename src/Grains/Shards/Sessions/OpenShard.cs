using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Dispatcher.Grains.Leases;

namespace Dispatcher.Grains.Shards.Sessions;

/// <summary>A shard that is leased and open for reading.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Traits">What its source can do.</param>
/// <param name="Lease">The lease, kept by others.</param>
/// <param name="Start">Where to go on.</param>
/// <param name="Reader">Reads from there.</param>
internal sealed record OpenShard(ShardKey Key, SourceTraits Traits, HeldLease Lease, Checkpoint Start, IShardReader Reader)
{
    /// <summary>The mapping, as it is when the session begins.</summary>
    public required MappingConfig Config { get; init; }

    /// <summary>What earlier sessions of this process did.</summary>
    public required ShardLedger Past { get; init; }
}
