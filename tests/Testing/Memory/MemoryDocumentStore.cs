using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

internal sealed class MemoryDocumentStore : IDocumentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, Document>> _kinds = [];

    public ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(Kind(kind).GetValueOrDefault(key));
        }
    }

    public ValueTask<long?> PutAsync(
        string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var documents = Kind(kind);
            if ((documents.GetValueOrDefault(key)?.Revision ?? 0) != expected)
            {
                return new((long?)null);
            }

            documents[key] = new Document(key, expected + 1, body.ToArray());
            return new(expected + 1);
        }
    }

    public ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var documents = Kind(kind);
            return new(documents.TryGetValue(key, out var found) && found.Revision == expected && documents.Remove(key));
        }
    }

    public ValueTask<IReadOnlyList<Document>> ListAsync(
        string kind, string prefix, string? after, int maximum, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(Kind(kind).Values
                .Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Where(one => after is null || ByUtf8.Instance.Compare(one.Key, after) > 0)
                .Take(maximum)
                .ToArray());
        }
    }

    private SortedDictionary<string, Document> Kind(string kind)
    {
        if (!_kinds.TryGetValue(kind, out var documents))
        {
            _kinds[kind] = documents = new(ByUtf8.Instance);
        }

        return documents;
    }

    /// <summary>UTF-8 order differs from UTF-16 order above the basic plane.</summary>
    private sealed class ByUtf8 : IComparer<string>
    {
        public static readonly ByUtf8 Instance = new();

        public int Compare(string? x, string? y)
            => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
