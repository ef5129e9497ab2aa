using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Pipeline.Permits;

/// <summary>
/// Decides how many permits of one key each silo has. What a silo may use stays counted until it reports that it has less, or
/// until it is certain that it uses none: the sum never passes the cap. Pure; the clock is a parameter.
/// </summary>
internal sealed class PermitLender
{
    /// <summary>Without a report for so long a silo's wishes do not count; its permits do.</summary>
    private const long SilentMs = 4 * Limits.PermitRenewMs;

    private readonly SortedDictionary<string, SiloLoan> _loans = new(StringComparer.Ordinal);

    /// <summary>How many permits there are. Fewer than are lent: nothing is lent until enough came back.</summary>
    public int Cap { get; set; }

    /// <summary>What silos may use at most.</summary>
    public IReadOnlyDictionary<string, int> Counted => _loans.ToDictionary(l => l.Key, l => l.Value.Counted);

    /// <summary>Goes on after another lender.</summary>
    /// <param name="loans">What it had lent at most.</param>
    /// <param name="lentUntilMs">Until when it may have lent, by this one's clock.</param>
    public void Restore(IReadOnlyDictionary<string, int> loans, long lentUntilMs)
    {
        foreach (var (silo, permits) in loans)
        {
            _loans[silo] = new SiloLoan { Counted = permits, HeardMs = lentUntilMs };
        }
    }

    /// <summary>Takes back what silos have that use nothing for certain. Returns whether there were any.</summary>
    /// <param name="isGone">Whether the members of the cluster have given a silo up.</param>
    /// <param name="nowMs">The clock.</param>
    public bool Expire(Func<string, bool> isGone, long nowMs)
    {
        var ended = _loans.Where(l => nowMs - l.Value.HeardMs is var silent && silent > Limits.PermitLoanMs && (silent > Limits.PermitRunMs || isGone(l.Key)))
            .Select(l => l.Key).ToList();
        ended.ForEach(silo => _loans.Remove(silo));
        return ended.Count > 0;
    }

    /// <summary>Takes a silo's report and says what it may use from now on. Null: the report is older than one that came before.</summary>
    public PermitLoan? Renew(PermitReport report, long nowMs)
    {
        if (!_loans.TryGetValue(report.Silo, out var loan))
        {
            _loans[report.Silo] = loan = new SiloLoan();
        }
        else if (loan.Report?.Number >= report.Number)
        {
            return null;
        }

        // What it has now is what it says: it takes over no answer but to its newest report.
        (loan.Report, loan.HeardMs, loan.Counted) = (report, nowMs, Math.Max(report.Allowed, report.Inside));
        if (report is { Leaves: true, Allowed: 0, Inside: 0 })
        {
            _loans.Remove(report.Silo);
            return new PermitLoan(0, 0);
        }

        var free = Cap - _loans.Values.Where(l => l != loan).Sum(l => l.Counted);
        var permits = Math.Clamp(Target(loan, nowMs), 0, Math.Max(0, free));
        loan.Counted = Math.Max(loan.Counted, permits);
        if (permits >= loan.Need)
        {
            return new PermitLoan(permits, 0);
        }

        var others = _loans.Values.Where(l => l != loan && IsHeard(l, nowMs)).ToList();
        return new PermitLoan(permits, others.Sum(l => l.Idle), others.Sum(l => l.Counted));
    }

    /// <summary>A renewal could not be recorded: the silo is not told and has what it reported.</summary>
    public void Revoke(PermitReport report)
    {
        if (_loans.TryGetValue(report.Silo, out var loan) && loan.Report == report)
        {
            loan.Counted = Math.Max(report.Allowed, report.Inside);
        }
    }

    private static bool IsHeard(SiloLoan loan, long nowMs) => loan.Report is not null && nowMs - loan.HeardMs <= SilentMs;

    /// <summary>
    /// What a silo should have. Where there is enough, each gets what it needs and some to spare, and keeps what nobody else
    /// needs; where there is not, all get the same as far as they need it.
    /// </summary>
    private int Target(SiloLoan loan, long nowMs)
    {
        var silent = _loans.Values.Where(l => !IsHeard(l, nowMs)).Sum(l => l.Counted);
        var cap = Math.Max(0, Cap - silent);
        var heard = _loans.Values.Where(l => IsHeard(l, nowMs)).ToList();
        var needs = heard.Sum(l => (long)l.Need);
        if (needs > cap)
        {
            return Math.Min(loan.Need, Share(heard, loan, cap, nowMs));
        }

        var spare = (int)(cap - needs) / (2 * heard.Count);
        if (heard.Any(l => l != loan && l.Need > l.Counted))
        {
            // Somebody waits elsewhere: all that is idle comes back.
            return loan.Need + spare;
        }

        var others = heard.Where(l => l != loan).Sum(l => l.Need + (l.Need > 0 ? spare : 0));
        return Math.Max(loan.Need + spare, Math.Min(loan.Report!.Allowed, cap - others));
    }

    /// <summary>
    /// Fills all up evenly; who needs less leaves the rest to the others. What cannot be divided goes round, so that no silo is
    /// left out for ever where there are fewer permits than silos.
    /// </summary>
    private static int Share(List<SiloLoan> all, SiloLoan wanted, int cap, long nowMs)
    {
        var shares = all.ToDictionary(l => l, _ => 0);
        var (left, open) = (cap, all.Where(l => l.Need > 0).ToList());
        while (open.Count > 0 && left >= open.Count)
        {
            var more = Math.Min(left / open.Count, open.Min(l => l.Need - shares[l]));
            open.ForEach(l => shares[l] += more);
            left -= more * open.Count;
            open.RemoveAll(l => shares[l] == l.Need);
        }

        var place = open.IndexOf(wanted);
        var turn = place < 0 ? left : (place + (int)(nowMs / Limits.PermitTurnMs % open.Count)) % open.Count;
        return shares[wanted] + (turn < left ? 1 : 0);
    }
}
