using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Dispatcher.Contracts.Store;

/// <summary>Typed documents of one kind.</summary>
/// <typeparam name="T">The document's type.</typeparam>
public sealed class DocumentTable<T>(IDocumentStore store, string kind, JsonTypeInfo<T> json)
    where T : class
{
    /// <summary>The document and its revision, or null.</summary>
    public async ValueTask<Stored<T>?> FindAsync(string key, CancellationToken cancellation)
    {
        var found = await store.GetAsync(kind, key, cancellation);
        return found is null ? null : Read(found);
    }

    /// <summary>Creates a document; false where there is one already.</summary>
    public async ValueTask<bool> CreateAsync(string key, T value, CancellationToken cancellation)
        => await store.PutAsync(kind, key, JsonSerializer.SerializeToUtf8Bytes(value, json), 0, cancellation) is not null;

    /// <summary>
    /// Changes a document, again and again until nobody else changed it in between. <paramref name="change"/> returns the
    /// new value, or null to leave it as it is. Returns the value that is stored then, or null where there is none.
    /// </summary>
    public async ValueTask<T?> UpdateAsync(string key, Func<T, T?> change, CancellationToken cancellation)
    {
        while (true)
        {
            if (await FindAsync(key, cancellation) is not { } found)
            {
                return null;
            }

            if (change(found.Value) is not { } changed)
            {
                return found.Value;
            }

            var body = JsonSerializer.SerializeToUtf8Bytes(changed, json);
            if (await store.PutAsync(kind, key, body, found.Revision, cancellation) is not null)
            {
                return changed;
            }
        }
    }

    /// <summary>Deletes a document whatever its revision; false where there is none.</summary>
    public async ValueTask<bool> DeleteAsync(string key, CancellationToken cancellation)
    {
        while (await store.GetAsync(kind, key, cancellation) is { } found)
        {
            if (await store.DeleteAsync(kind, key, found.Revision, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deletes a document as it was read; false where it was changed or deleted since.</summary>
    public ValueTask<bool> DeleteAsync(Stored<T> found, CancellationToken cancellation)
        => store.DeleteAsync(kind, found.Key, found.Revision, cancellation);

    /// <summary>Changes a document as it was read; false where it was changed or deleted since.</summary>
    public async ValueTask<bool> ReplaceAsync(Stored<T> found, T value, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, json);
        return await store.PutAsync(kind, found.Key, body, found.Revision, cancellation) is not null;
    }

    /// <summary>A page of documents in the order of their keys.</summary>
    public async ValueTask<IReadOnlyList<Stored<T>>> ListAsync(string prefix, string? after, int maximum, CancellationToken cancellation)
        => [.. (await store.ListAsync(kind, prefix, after, maximum, cancellation)).Select(Read)];

    /// <summary>All documents, page by page.</summary>
    public async IAsyncEnumerable<Stored<T>> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        const int page = 500;
        string? after = null;
        while (true)
        {
            var found = await ListAsync("", after, page, cancellation);
            foreach (var one in found)
            {
                yield return one;
            }

            if (found.Count < page)
            {
                yield break;
            }

            after = found[^1].Key;
        }
    }

    private Stored<T> Read(Document document)
    {
        var value = JsonSerializer.Deserialize(document.Body.Span, json)
            ?? throw new StoreException($"document {kind}/{document.Key} is empty");
        return new Stored<T>(document.Key, document.Revision, value);
    }
}
