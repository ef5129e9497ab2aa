using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Grains.Concurrency;

/// <summary>The loan of one key to this silo. One report is under way at a time; whoever wants an answer of now waits for the next.</summary>
internal sealed class KeyLoan(string key, KeyLoanParts parts)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(Limits.PermitAnswerMs);

    /// <summary>How long a call that does not wait asks while idle permits are called back.</summary>
    private static readonly TimeSpan RecallWithin = TimeSpan.FromMilliseconds(Limits.PermitRecallMs);

    /// <summary>How long it asks where others have permits that they may not use any more: until they have reported.</summary>
    private static readonly TimeSpan ReportWithin = TimeSpan.FromMilliseconds(Limits.PermitRenewMs + (2 * Limits.PermitUrgentMs));

    private static long s_numbers;

    // Under the lock: the report that is under way or was the last, and the one that is to follow it.
    private readonly Lock _guard = new();
    private Task _report = Task.CompletedTask;
    private Task? _next;

    // What callers leave for the next report. Each stands alone, so no lock: a report that misses one is followed by another.
    private volatile bool _renewSoon = true;
    private volatile bool _leaving;
    private bool _changed = true; // taken with Interlocked
    private int _asking; // calls that wait for an answer now; counted with Interlocked
    private int _turnedAway; // 1 where a call was refused without being asked about; taken with Interlocked

    // What the last report came to: written by reports, one at a time, and read by callers. Each stands alone too.
    private volatile PermitLoan _answer = new(0, 0);
    private volatile bool _ended;
    private bool _failing; // read by reports only

    // Time stamps of the clock, read and written with Volatile: when it reported, was in use and refused (0: has not) last.
    private long _asked = parts.Time.GetTimestamp();
    private long _used = parts.Time.GetTimestamp();
    private long _refused;

    /// <summary>Whether all was given back; a new one is made when it is needed.</summary>
    public bool HasEnded => _ended;

    /// <summary>Somebody waits: the next look reports.</summary>
    public void RenewSoon() => _renewSoon = true;

    /// <summary>The silo stops: the permits are given back as soon as nothing uses them, and not only when nobody did for a while.</summary>
    public void Leave()
    {
        _leaving = true;
        RenewSoon();
    }

    /// <summary>The number of permits may have changed.</summary>
    public void Changed()
    {
        Volatile.Write(ref _changed, true);
        RenewSoon();
    }

    /// <summary>Reports if it is time. Called again and again.</summary>
    public void Keep()
    {
        var use = parts.Permits.Use(key);
        if (use.Inside + use.Waiting > 0)
        {
            Volatile.Write(ref _used, parts.Time.GetTimestamp());
        }

        var since = parts.Time.GetElapsedTime(Volatile.Read(ref _asked)).TotalMilliseconds;
        var wait = use.Waiting > 0 && use.Inside >= use.Allowed ? Limits.PermitUrgentMs : Limits.PermitRenewMs;
        lock (_guard)
        {
            if (_report.IsCompleted && _next is null && !_ended && (_renewSoon || since >= wait))
            {
                Start();
            }
        }
    }

    /// <summary>Asks for a permit for a call that does not wait.</summary>
    public async ValueTask AskAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _refused) is var refused && refused != 0 && parts.Time.GetElapsedTime(refused).TotalMilliseconds < Limits.PermitRenewMs)
        {
            // The next report tells of it, and then it may be otherwise.
            Volatile.Write(ref _turnedAway, 1);
            return;
        }

        Interlocked.Increment(ref _asking);
        try
        {
            var began = parts.Time.GetTimestamp();
            while (true)
            {
                await NextAsync().WaitAsync(cancellation);
                var use = parts.Permits.Use(key);
                if (use.Inside < use.Allowed)
                {
                    return;
                }

                var (answer, asked) = (_answer, parts.Time.GetElapsedTime(began));
                if (asked >= (answer.Recalled > 0 ? RecallWithin : answer.Elsewhere > 0 ? ReportWithin : TimeSpan.Zero))
                {
                    Volatile.Write(ref _refused, parts.Time.GetTimestamp());
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Limits.PermitUrgentMs), parts.Time, cancellation);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    /// <summary>Waits for what is under way.</summary>
    public Task EndAsync()
    {
        lock (_guard)
        {
            return Task.WhenAll(_report, _next ?? Task.CompletedTask);
        }
    }

    /// <summary>The first report that is sent after this call.</summary>
    private Task NextAsync()
    {
        lock (_guard)
        {
            if (_next is not null)
            {
                return _next;
            }

            if (_report.IsCompleted)
            {
                Start();
                return _report;
            }

            return _next = AfterAsync(_report);
        }
    }

    private async Task AfterAsync(Task before)
    {
        await before;
        Task mine;
        lock (_guard)
        {
            Start();
            (_next, mine) = (null, _report);
        }

        await mine;
    }

    private void Start()
    {
        Volatile.Write(ref _asked, parts.Time.GetTimestamp());
        _renewSoon = false;
        using var apart = ExecutionContext.SuppressFlow();
        _report = Task.Run(ReportAsync, CancellationToken.None);
    }

    /// <summary>Never throws: what failed is tried again with the next look, and the loan ends by itself.</summary>
    private async Task ReportAsync()
    {
        var changed = Interlocked.Exchange(ref _changed, false);
        var turnedAway = Interlocked.Exchange(ref _turnedAway, 0);
        try
        {
            var leaves = MayLeave() && parts.Permits.TryGiveBack(key);
            var use = parts.Permits.Use(key);
            var sent = parts.Time.GetTimestamp();
            var report = new PermitReport(parts.Silos.Self, Interlocked.Increment(ref s_numbers), use.Allowed, use.Inside, use.Waiting + Volatile.Read(ref _asking) + turnedAway)
            {
                Changed = changed,
                Leaves = leaves,
            };
            using var patience = new CancellationTokenSource(AnswerWithin, parts.Time);
            var loan = await parts.Grains.Function(key).RenewAsync(report, patience.Token).WaitAsync(AnswerWithin, parts.Time, CancellationToken.None);
            (_failing, _ended) = (false, leaves);
            if (!leaves)
            {
                parts.Permits.Lend(key, loan.Permits, sent + (Limits.PermitUseMs * parts.Time.TimestampFrequency / 1000));
                _answer = loan;
                if (loan.Permits > use.Inside)
                {
                    Volatile.Write(ref _refused, 0);
                }

                if (loan.Permits < use.Allowed)
                {
                    // Called back: only the next report makes them somebody else's.
                    RenewSoon();
                }
            }
        }
        catch (Exception e)
        {
            // The lender did not hear of it.
            Volatile.Write(ref _changed, changed || Volatile.Read(ref _changed));
            Interlocked.CompareExchange(ref _turnedAway, turnedAway, 0);
            _answer = new PermitLoan(0, 0);
            if (!_failing)
            {
                _failing = true;
                parts.Failed(key, e);
            }
        }
    }

    private bool MayLeave()
        => Volatile.Read(ref _asking) == 0 && (_leaving || parts.Time.GetElapsedTime(Volatile.Read(ref _used)).TotalMilliseconds > Limits.PermitIdleMs);
}
