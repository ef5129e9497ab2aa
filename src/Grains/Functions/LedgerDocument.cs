using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.Functions;

/// <summary>The document with what was lent of a key.</summary>
internal sealed class LedgerDocument(IStore store, string key)
{
    private const string Kind = "permit-ledger";

    /// <summary>The document as it is stored; null where nothing was ever lent.</summary>
    public ValueTask<Document?> FindAsync(CancellationToken cancellation) => store.Documents.GetAsync(Kind, key, cancellation);

    /// <summary>What it says.</summary>
    public PermitLedger Read(Document found)
        => JsonSerializer.Deserialize(found.Body.Span, ContractsJson.Default.PermitLedger) ?? throw new StoreException($"document {Kind}/{key} is empty");

    /// <summary>Writes it; null where another lender has written it since that revision.</summary>
    public ValueTask<long?> PutAsync(PermitLedger ledger, long revision, CancellationToken cancellation)
        => store.Documents.PutAsync(Kind, key, JsonSerializer.SerializeToUtf8Bytes(ledger, ContractsJson.Default.PermitLedger), revision, cancellation);

    /// <summary>Deletes it, whoever wrote it. Only for a key that is not used again.</summary>
    public async ValueTask DeleteAsync(CancellationToken cancellation)
    {
        while (await FindAsync(cancellation) is { } found && !await store.Documents.DeleteAsync(Kind, key, found.Revision, cancellation))
        {
        }
    }
}
