namespace Dispatcher.Contracts.Store;

/// <summary>Immutable bytes by the SHA-256 of their content (lower-case hex).</summary>
public interface IBlobStore
{
    /// <summary>Stores bytes and returns their hash; the same bytes again change nothing.</summary>
    ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>The bytes, or null.</summary>
    ValueTask<byte[]?> GetAsync(string sha256, CancellationToken cancellation);

    /// <summary>Deletes bytes that nobody refers to any more; unknown ones are ignored.</summary>
    ValueTask DeleteAsync(string sha256, CancellationToken cancellation);
}
