using System.Security.Cryptography;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Function archives in one table.</summary>
internal sealed class SqliteBlobStore(SqliteStore store) : IBlobStore
{
    public async ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        await store.File.Writer.RunAsync(connection =>
        {
            using var insert = connection.Use("INSERT INTO blobs (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING");
            insert.Bind(1, hash).Bind(2, content.Span).Run();
            return true;
        }, content.Length, cancellation);
        return hash;
    }

    public ValueTask<byte[]?> GetAsync(string sha256, CancellationToken cancellation)
        => store.File.Reads.RunAsync(sha256, static (connection, hash) =>
        {
            using var select = connection.Use("SELECT content FROM blobs WHERE sha256 = ?");
            return select.Bind(1, hash).Step() ? select.Bytes(0).ToArray() : null;
        }, cancellation);

    public async ValueTask DeleteAsync(string sha256, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            using var delete = connection.Use("DELETE FROM blobs WHERE sha256 = ?");
            delete.Bind(1, sha256).Run();
            return true;
        }, 0, cancellation);
}
