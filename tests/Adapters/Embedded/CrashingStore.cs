using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Tests.Embedded;

/// <summary>A store whose writes work so many times and then fail for ever, as if the process had died there.</summary>
internal sealed class CrashingStore(IStore inner, int writes) : IStore, IDocumentStore, IRecordLogStore
{
    private int _left = writes;

    public bool Crashed => _left < 0;

    public IDocumentStore Documents => this;

    public IBlobStore Blobs => inner.Blobs;

    public ICheckpointStore Checkpoints => inner.Checkpoints;

    public IRecordLogStore Logs => this;

    public IQueueStore Queues => inner.Queues;

    public ValueTask OpenAsync(CancellationToken cancellation) => inner.OpenAsync(cancellation);

    public ValueTask CheckAsync(CancellationToken cancellation) => inner.CheckAsync(cancellation);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation)
        => inner.Documents.GetAsync(kind, key, cancellation);

    public ValueTask<long?> PutAsync(string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation)
        => Count().Documents.PutAsync(kind, key, body, expected, cancellation);

    public ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation)
        => Count().Documents.DeleteAsync(kind, key, expected, cancellation);

    public ValueTask<IReadOnlyList<Document>> ListAsync(string kind, string prefix, string? after, int maximum, CancellationToken cancellation)
        => inner.Documents.ListAsync(kind, prefix, after, maximum, cancellation);

    public ValueTask CreateAsync(string log, long first, CancellationToken cancellation)
        => Count().Logs.CreateAsync(log, first, cancellation);

    public ValueTask<long?> AppendAsync(string log, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
        => Count().Logs.AppendAsync(log, records, cancellation);

    public ValueTask<bool> ReadAsync(string log, long from, int records, int bytes, RecordPage into, CancellationToken cancellation)
        => inner.Logs.ReadAsync(log, from, records, bytes, into, cancellation);

    public ValueTask<LogBounds?> BoundsAsync(string log, CancellationToken cancellation) => inner.Logs.BoundsAsync(log, cancellation);

    public ValueTask<long> FindAsync(string log, long timestampMs, CancellationToken cancellation)
        => inner.Logs.FindAsync(log, timestampMs, cancellation);

    public ValueTask WaitAsync(string log, long from, CancellationToken cancellation) => inner.Logs.WaitAsync(log, from, cancellation);

    public ValueTask<LogBounds?> SealAsync(string log, CancellationToken cancellation) => Count().Logs.SealAsync(log, cancellation);

    public ValueTask<long> TrimAsync(string log, long beforeMs, CancellationToken cancellation)
        => Count().Logs.TrimAsync(log, beforeMs, cancellation);

    public ValueTask DeleteAsync(string log, CancellationToken cancellation) => Count().Logs.DeleteAsync(log, cancellation);

    private IStore Count() => --_left >= 0 ? inner : throw new StoreException("the process died");
}
