using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Memory;

namespace Dispatcher.Grains.Tests.Concurrency;

/// <summary>A store whose documents can be made unreadable; counts who wanted to read one then.</summary>
internal sealed class CountedDocuments(MemoryStore inner) : IStore, IDocumentStore
{
    private int _refused;

    public bool Broken { get; set; }

    public int Refused => Volatile.Read(ref _refused);

    public IDocumentStore Documents => this;

    public IBlobStore Blobs => inner.Blobs;

    public ICheckpointStore Checkpoints => inner.Checkpoints;

    public IRecordLogStore Logs => inner.Logs;

    public IQueueStore Queues => inner.Queues;

    public ValueTask OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public ValueTask CheckAsync(CancellationToken cancellation) => inner.CheckAsync(cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation)
    {
        if (!Broken)
        {
            return inner.Documents.GetAsync(kind, key, cancellation);
        }

        Interlocked.Increment(ref _refused);
        return ValueTask.FromException<Document?>(new StoreException("away"));
    }

    public ValueTask<long?> PutAsync(string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation)
        => inner.Documents.PutAsync(kind, key, body, expected, cancellation);

    public ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation)
        => inner.Documents.DeleteAsync(kind, key, expected, cancellation);

    public ValueTask<IReadOnlyList<Document>> ListAsync(string kind, string prefix, string? after, int maximum, CancellationToken cancellation)
        => inner.Documents.ListAsync(kind, prefix, after, maximum, cancellation);
}
