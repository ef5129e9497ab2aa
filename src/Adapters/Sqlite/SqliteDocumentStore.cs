using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Sqlite;

/// <summary>Documents in one table.</summary>
internal sealed class SqliteDocumentStore(SqliteStore store) : IDocumentStore
{
    private const string Get = "SELECT key, revision, body FROM documents WHERE kind = ? AND key = ?";
    private const string ListFrom = "SELECT key, revision, body FROM documents WHERE kind = ? AND key >= ? ORDER BY key";
    private const string ListAfter = "SELECT key, revision, body FROM documents WHERE kind = ? AND key > ? ORDER BY key";
    private const string Delete = "DELETE FROM documents WHERE kind = ? AND key = ? AND revision = ?";
    private const string Insert = """
        INSERT INTO documents (kind, key, revision, body) VALUES (?, ?, ? + 1, ?) ON CONFLICT DO NOTHING
        """;

    private const string Update = """
        UPDATE documents SET revision = ?3 + 1, body = ?4 WHERE kind = ?1 AND key = ?2 AND revision = ?3
        """;

    public ValueTask<Document?> GetAsync(string kind, string key, CancellationToken cancellation)
        => store.File.Reads.RunAsync((kind, key), static (connection, what) =>
        {
            using var select = connection.Use(Get);
            return select.Bind(1, what.kind).Bind(2, what.key).Step() ? Read(select) : null;
        }, cancellation);

    public async ValueTask<long?> PutAsync(
        string kind, string key, ReadOnlyMemory<byte> body, long expected, CancellationToken cancellation)
        => await store.File.Writer.RunAsync<long?>(connection =>
        {
            using var write = connection.Use(expected == 0 ? Insert : Update);
            write.Bind(1, kind).Bind(2, key).Bind(3, expected).Bind(4, body.Span).Run();
            return connection.Changes == 1 ? expected + 1 : null;
        }, body.Length, cancellation);

    public async ValueTask<bool> DeleteAsync(string kind, string key, long expected, CancellationToken cancellation)
        => await store.File.Writer.RunAsync(connection =>
        {
            using var delete = connection.Use(Delete);
            delete.Bind(1, kind).Bind(2, key).Bind(3, expected).Run();
            return connection.Changes == 1;
        }, 0, cancellation);

    public ValueTask<IReadOnlyList<Document>> ListAsync(
        string kind, string prefix, string? after, int maximum, CancellationToken cancellation)
        => store.File.Reads.RunAsync((kind, prefix, after, maximum), static (connection, what) =>
        {
            var prefix = Encoding.UTF8.GetBytes(what.prefix);
            var isAfter = what.after is not null
                && Encoding.UTF8.GetBytes(what.after).AsSpan().SequenceCompareTo(prefix) >= 0;
            using var select = connection.Use(isAfter ? ListAfter : ListFrom);
            select.Bind(1, what.kind).Bind(2, isAfter ? what.after! : what.prefix);
            var found = new List<Document>();
            while (found.Count < what.maximum && select.Step() && select.Bytes(0).StartsWith(prefix))
            {
                found.Add(Read(select));
            }

            return (IReadOnlyList<Document>)found;
        }, cancellation);

    private static Document Read(Statement row) => new(row.Text(0), row.Long(1), row.Bytes(2).ToArray());
}
