namespace Dispatcher.Contracts.Grains;

/// <summary>One event source mapping; the key is its UUID. Owns its state machine and its shards.</summary>
public interface IMappingGrain
{
    /// <summary>
    /// Makes the mapping be what its document says: starts, changes, pauses or deletes it and moves its state. Called after
    /// every change of the document and at the start of the process. Returns when the work was taken on, not when it ended.
    /// </summary>
    Task ReconcileAsync(CancellationToken cancellation);

    /// <summary>A shard was read to its end; its children may start.</summary>
    Task ShardEndedAsync(string shard, CancellationToken cancellation);

    /// <summary>A shard's batch ended: the result is shown as LastProcessingResult.</summary>
    Task ReportAsync(string lastProcessingResult, CancellationToken cancellation);

    /// <summary>What the mapping does now, shard by shard.</summary>
    Task<MappingStatus> StatusAsync(CancellationToken cancellation);
}
