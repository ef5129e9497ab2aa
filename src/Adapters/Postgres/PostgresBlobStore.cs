using System.Security.Cryptography;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Function archives in one table.</summary>
internal sealed class PostgresBlobStore(PostgresDatabase database) : IBlobStore
{
    private const string Insert = "INSERT INTO dispatcher.blobs (sha256, content) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private const string Select = "SELECT content FROM dispatcher.blobs WHERE sha256 = $1";
    private const string Delete = "DELETE FROM dispatcher.blobs WHERE sha256 = $1";

    public async ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        await database.WriteAsync(Insert, all => all.With(hash).With(content), cancellation);
        return hash;
    }

    public ValueTask<byte[]?> GetAsync(string sha256, CancellationToken cancellation)
        => database.ReadAsync(
            Select,
            all => all.With(sha256),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation) ? rows.GetFieldValue<byte[]>(0) : null,
            cancellation);

    public async ValueTask DeleteAsync(string sha256, CancellationToken cancellation)
        => await database.WriteAsync(Delete, all => all.With(sha256), cancellation);
}
