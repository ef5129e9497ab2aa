using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Functions;

/// <summary>
/// Lends permits of one key to silos. What is lent is recorded before it is told, so that the grain can go on elsewhere; from
/// time to time it makes sure in the store that it has not done so already. Without the store nothing is lent. Of a mapping that
/// is deleted nothing is lent, and nothing recorded.
/// </summary>
internal sealed class FunctionGrain(string key, IStore store, ISilos? silos, DispatcherConfig config, TimeProvider time) : IFunctionGrain, IDroppable
{
    private readonly PermitCaps _caps = new(new Catalog(store), config);
    private readonly LedgerDocument _document = new(store, key);
    private readonly PermitLender _lender = new();
    private IReadOnlyDictionary<string, int> _recorded = new Dictionary<string, int>();
    private long _revision;
    private long _confirmedMs = long.MinValue;
    private bool _open;
    private bool _lost;
    private bool _gone;

    /// <inheritdoc/>
    public bool CanBeDropped => _lost || _gone || (_open && _lender.Counted.Count == 0);

    private long NowMs => (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds;

    /// <inheritdoc/>
    public async Task<PermitLoan> RenewAsync(PermitReport report, CancellationToken cancellation)
    {
        if (!await ConfirmAsync(report.Changed, cancellation))
        {
            return new PermitLoan(0, 0);
        }

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

    /// <summary>
    /// Opens the ledger, or makes sure that nobody else did; and looks how many permits there are. False where there is nothing
    /// any more that they would be of.
    /// </summary>
    private async ValueTask<bool> ConfirmAsync(bool changed, CancellationToken cancellation)
    {
        if (_lost)
        {
            throw Lost();
        }

        if (_gone)
        {
            return false;
        }

        var now = NowMs;
        if (_open && !changed && now - _confirmedMs < Limits.PermitConfirmMs)
        {
            return true;
        }

        var cap = await _caps.ReadAsync(key, cancellation);
        if (cap is null)
        {
            return await EndAsync(cancellation);
        }

        var found = await _document.FindAsync(cancellation);
        if (_open && found?.Revision != _revision)
        {
            _lost = true;
            throw Lost();
        }

        if (!_open)
        {
            await TakeOverAsync(found, cancellation);
            if (MappingPermits.IsKey(key) && await _caps.ReadAsync(key, cancellation) is null)
            {
                // It was deleted at this moment, and may have missed the new ledger.
                return await EndAsync(cancellation);
            }
        }

        (_lender.Cap, _open, _confirmedMs) = (cap.Value, true, now);
        return true;
    }

    private async ValueTask<bool> EndAsync(CancellationToken cancellation)
    {
        await _document.DeleteAsync(cancellation);
        _gone = true;
        return false;
    }

    /// <summary>The lender before this one may lend until it has to make sure again.</summary>
    private async ValueTask TakeOverAsync(Document? found, CancellationToken cancellation)
    {
        var ledger = found is null ? new PermitLedger() : _document.Read(found);
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
        if (await _document.PutAsync(ledger, revision, cancellation) is { } written)
        {
            return written;
        }

        _lost = true;
        throw Lost();
    }

    private InvalidOperationException Lost() => new($"the permits of {key} are lent by another grain");
}
