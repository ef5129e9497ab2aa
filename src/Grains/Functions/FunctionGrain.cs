using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Functions;

/// <summary>
/// Lends permits of one key to silos. What is lent is recorded before it is told, so that the grain can go on elsewhere; from
/// time to time it makes sure in the store that it has not done so already. Without the store nothing is lent.
/// </summary>
internal sealed class FunctionGrain(string key, IStore store, ISilos? silos, DispatcherConfig config, TimeProvider time) : IFunctionGrain, IDroppable
{
    private const string Kind = "permit-ledger";

    private readonly Catalog _catalog = new(store);
    private readonly PermitLender _lender = new();
    private IReadOnlyDictionary<string, int> _recorded = new Dictionary<string, int>();
    private long _revision;
    private long _confirmedMs = long.MinValue;
    private bool _open;
    private bool _lost;

    /// <inheritdoc/>
    public bool CanBeDropped => _lost || (_open && _lender.Counted.Count == 0);

    private long NowMs => (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds;

    /// <inheritdoc/>
    public async Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation)
    {
        await ConfirmAsync(report.Changed, cancellation);
        var expired = _lender.Expire(silo => silos?.IsGone(silo) == true, NowMs);
        var loan = _lender.Renew(report, NowMs) ?? throw new InvalidOperationException($"report {report.Number} of {report.Silo} is late");
        try
        {
            if (expired || report.Leaves || _lender.Counted.Any(l => l.Value > _recorded.GetValueOrDefault(l.Key)))
            {
                await RecordAsync(cancellation);
            }
        }
        catch
        {
            _lender.Revoke(report);
            throw;
        }

        return loan;
    }

    /// <summary>Opens the ledger, or makes sure that nobody else did; and looks how many permits there are.</summary>
    private async ValueTask ConfirmAsync(bool changed, CancellationToken cancellation)
    {
        if (_lost)
        {
            throw Lost();
        }

        var now = NowMs;
        if (_open && !changed && now - _confirmedMs < Limits.PermitConfirmMs)
        {
            return;
        }

        var found = await store.Documents.GetAsync(Kind, key, cancellation);
        if (_open && found?.Revision != _revision)
        {
            _lost = true;
            throw Lost();
        }

        var account = (await _catalog.Concurrency.FindAsync(AccountConcurrency.Key, cancellation))?.Value ?? AccountConcurrency.None;
        if (!_open)
        {
            await TakeOverAsync(found, cancellation);
        }

        _lender.Cap = account.Cap(key, config.AccountConcurrency);
        (_open, _confirmedMs) = (true, now);
    }

    /// <summary>The lender before this one may lend until it has to make sure again.</summary>
    private async ValueTask TakeOverAsync(Document? found, CancellationToken cancellation)
    {
        var ledger = found is null ? new PermitLedger() : Read(found);
        _revision = await PutAsync(ledger, found?.Revision ?? 0, cancellation);
        _recorded = ledger.Loans;
        _lender.Restore(ledger.Loans, NowMs + Limits.PermitConfirmMs);
    }

    private async ValueTask RecordAsync(CancellationToken cancellation)
    {
        var ledger = new PermitLedger { Loans = _lender.Counted };
        _revision = await PutAsync(ledger, _revision, cancellation);
        _recorded = ledger.Loans;
    }

    private async ValueTask<long> PutAsync(PermitLedger ledger, long revision, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(ledger, ContractsJson.Default.PermitLedger);
        if (await store.Documents.PutAsync(Kind, key, body, revision, cancellation) is { } written)
        {
            return written;
        }

        _lost = true;
        throw Lost();
    }

    private PermitLedger Read(Document found)
        => JsonSerializer.Deserialize(found.Body.Span, ContractsJson.Default.PermitLedger) ?? throw new StoreException($"document {Kind}/{key} is empty");

    private InvalidOperationException Lost() => new($"the permits of {key} are lent by another grain");
}
