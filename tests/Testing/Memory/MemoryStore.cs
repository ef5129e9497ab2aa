using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

/// <summary>
/// A whole store in memory. It outlives its disposal, so that a test can "restart" what uses it and hand it the same store.
/// </summary>
public sealed class MemoryStore(TimeProvider? time = null) : IStore
{
    /// <inheritdoc/>
    public IDocumentStore Documents { get; } = new MemoryDocumentStore();

    /// <inheritdoc/>
    public IBlobStore Blobs { get; } = new MemoryBlobStore();

    /// <inheritdoc/>
    public ICheckpointStore Checkpoints { get; } = new MemoryCheckpointStore();

    /// <inheritdoc/>
    public IRecordLogStore Logs { get; } = new MemoryRecordLogStore(time ?? TimeProvider.System);

    /// <inheritdoc/>
    public IQueueStore Queues { get; } = new MemoryQueueStore(time ?? TimeProvider.System);

    /// <summary>What <see cref="CheckAsync"/> throws; null while the store is well.</summary>
    public StoreException? Trouble { get; set; }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellation)
        => Trouble is null ? ValueTask.CompletedTask : ValueTask.FromException(Trouble);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
