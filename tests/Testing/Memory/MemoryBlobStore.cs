using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Memory;

internal sealed class MemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        _blobs.TryAdd(hash, content.ToArray());
        return new(hash);
    }

    public ValueTask<byte[]?> GetAsync(string sha256, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(_blobs.GetValueOrDefault(sha256)?.ToArray());
    }

    public ValueTask DeleteAsync(string sha256, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _blobs.TryRemove(sha256, out _);
        return ValueTask.CompletedTask;
    }
}
