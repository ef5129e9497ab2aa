using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>A memory store whose checkpoint saves and confirmations of leases can be made to fail.</summary>
internal sealed class StoreWith(MemoryStore inner) : IStore, ICheckpointStore
{
    private int _failing;
    private int _asked;

    /// <summary>Saves that failed.</summary>
    public int Failed => _failing;

    /// <summary>Confirmations that were asked for, failed ones included.</summary>
    public int Asked => _asked;

    /// <summary>While true, saves and confirmations fail.</summary>
    public bool Broken { get; set; }

    public IDocumentStore Documents => inner.Documents;

    public IBlobStore Blobs => inner.Blobs;

    public ICheckpointStore Checkpoints => this;

    public IRecordLogStore Logs => inner.Logs;

    public IQueueStore Queues => inner.Queues;

    public ValueTask OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public ValueTask CheckAsync(CancellationToken cancellation) => inner.CheckAsync(cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask SeedAsync(MappingId mapping, IReadOnlyDictionary<string, Checkpoint> first, CancellationToken cancellation)
        => inner.Checkpoints.SeedAsync(mapping, first, cancellation);

    public ValueTask<ShardLease> TakeAsync(ShardKey shard, string owner, CancellationToken cancellation)
        => inner.Checkpoints.TakeAsync(shard, owner, cancellation);

    public ValueTask<IReadOnlyList<LeaseClaim>> ConfirmAsync(IReadOnlyList<LeaseClaim> claims, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return Broken
            ? ValueTask.FromException<IReadOnlyList<LeaseClaim>>(new StoreException("nobody is there"))
            : inner.Checkpoints.ConfirmAsync(claims, cancellation);
    }

    public ValueTask<CheckpointWrite> SaveAsync(ShardKey shard, long epoch, Checkpoint checkpoint, CancellationToken cancellation)
    {
        if (Broken)
        {
            Interlocked.Increment(ref _failing);
            return ValueTask.FromException<CheckpointWrite>(new StoreException("the disk is full"));
        }

        return inner.Checkpoints.SaveAsync(shard, epoch, checkpoint, cancellation);
    }

    public ValueTask<IReadOnlyDictionary<string, Checkpoint>> ListAsync(MappingId mapping, CancellationToken cancellation)
        => inner.Checkpoints.ListAsync(mapping, cancellation);

    public ValueTask DeleteAsync(MappingId mapping, CancellationToken cancellation) => inner.Checkpoints.DeleteAsync(mapping, cancellation);
}
