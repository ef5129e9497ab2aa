namespace Dispatcher.Contracts.Store;

/// <summary>Small documents by kind and key, with compare-and-set. Keys sort by their UTF-8 bytes.</summary>
public interface IDocumentStore
{
    /// <summary>The document, or null.</summary>
    ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation);

    /// <summary>
    /// Writes a document if its present revision is <paramref name="expected"/> (0: it must not exist). Returns the new
    /// revision, or null where the present revision is another one.
    /// </summary>
    ValueTask<long?> PutAsync(string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation);

    /// <summary>Deletes a document of that revision; false where it has another or is not there.</summary>
    ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation);

    /// <summary>Documents with keys that start with <paramref name="prefix"/> and are above <paramref name="after"/>, in order.</summary>
    ValueTask<IReadOnlyList<Document>> ListAsync(string kind, string prefix, string? after, int maximum, CancellationToken cancellation);
}
