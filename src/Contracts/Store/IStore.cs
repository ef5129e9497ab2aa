namespace Dispatcher.Contracts.Store;

/// <summary>
/// Port of everything that survives a restart. What a method reports as done is durable (fsynced). Writes of different
/// callers are grouped into one transaction where that is possible.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Functions, mappings, streams and other small JSON documents.</summary>
    IDocumentStore Documents { get; }

    /// <summary>Function archives.</summary>
    IBlobStore Blobs { get; }

    /// <summary>Leases and checkpoints of shards.</summary>
    ICheckpointStore Checkpoints { get; }

    /// <summary>Records of embedded streams.</summary>
    IRecordLogStore Logs { get; }

    /// <summary>Messages of embedded queues.</summary>
    IQueueStore Queues { get; }

    /// <summary>Opens the store: takes the lock on it, applies schema changes. Called once, before anything else.</summary>
    /// <exception cref="StoreException">It is in use by another process, corrupt, newer than this program, not writable.</exception>
    ValueTask OpenAsync(CancellationToken cancellation);

    /// <summary>Checks that the store can be written now (readiness).</summary>
    /// <exception cref="StoreException">It cannot.</exception>
    ValueTask CheckAsync(CancellationToken cancellation);
}
