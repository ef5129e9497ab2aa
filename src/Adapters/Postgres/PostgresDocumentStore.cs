using System.Text;
using Dispatcher.Contracts.Store;
using Npgsql;

namespace Dispatcher.Adapters.Postgres;

/// <summary>Documents in one table.</summary>
internal sealed class PostgresDocumentStore(PostgresDatabase database) : IDocumentStore
{
    private const string Get = "SELECT key, revision, body FROM dispatcher.documents WHERE kind = $1 AND key = $2";
    private const string Delete = "DELETE FROM dispatcher.documents WHERE kind = $1 AND key = $2 AND revision = $3";
    private const string Insert = """
        INSERT INTO dispatcher.documents (kind, key, revision, body) VALUES ($1, $2, $3 + 1, $4) ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE dispatcher.documents SET revision = $3 + 1, body = $4 WHERE kind = $1 AND key = $2 AND revision = $3
        """;

    private const string ListAll = """
        SELECT key, revision, body FROM dispatcher.documents
        WHERE kind = $1 AND key >= $2 AND key > $3
        ORDER BY key LIMIT $4
        """;

    // The bound above the prefix ends the scan.
    private const string ListBelow = """
        SELECT key, revision, body FROM dispatcher.documents
        WHERE kind = $1 AND key >= $2 AND key > $3 AND key < $5
        ORDER BY key LIMIT $4
        """;

    public ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation)
        => database.ReadAsync(
            Get,
            all => all.With(kind).With(key),
            static async (rows, cancellation) => await rows.ReadAsync(cancellation) ? Read(rows) : null,
            cancellation);

    public async ValueTask<long?> PutAsync(
        string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation)
    {
        var changed = await database.WriteAsync(
            expected == 0 ? Insert : Update, all => all.With(kind).With(key).With(expected).With(body), cancellation);
        return changed == 1 ? expected + 1 : null;
    }

    public async ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation)
        => await database.WriteAsync(Delete, all => all.With(kind).With(key).With(expected), cancellation) == 1;

    public ValueTask<IReadOnlyList<Document>> ListAsync(
        string kind, string prefix, string? after, int maximum, CancellationToken cancellation)
    {
        var above = Above(prefix);
        return database.ReadAsync(
            above.Length == 0 ? ListAll : ListBelow,
            all =>
            {
                all.With(kind).With(prefix).With(after ?? "").With(maximum);
                if (above.Length > 0)
                {
                    all.With(above);
                }
            },
            static async (rows, cancellation) =>
            {
                var found = new List<Document>();
                while (await rows.ReadAsync(cancellation))
                {
                    found.Add(Read(rows));
                }

                return (IReadOnlyList<Document>)found;
            },
            cancellation);
    }

    /// <summary>The lowest text above all that start with a prefix, in the order of UTF-8; empty where there is none.</summary>
    internal static string Above(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0 && runes[^1].Value == 0x10_FFFF)
        {
            runes.RemoveAt(runes.Count - 1);
        }

        if (runes.Count == 0)
        {
            return "";
        }

        var next = runes[^1].Value + 1;
        runes[^1] = new Rune(next == 0xD800 ? 0xE000 : next);
        return string.Concat(runes);
    }

    private static Document Read(NpgsqlDataReader row)
        => new(row.GetString(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2));
}
