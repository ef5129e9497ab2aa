using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Pipeline.Tests.Permits;

/// <summary>
/// Some silos, a lender and a network that delays, loses and reorders; silos crash, the lender moves, an old lender goes on for
/// the silo that it is cut off with, the cap changes. Checked at every step: never more invocations than the cap.
/// </summary>
internal sealed class LenderSimulation(int seed)
{
    private const int StepMs = 50;

    private readonly Random _random = new(seed);
    private readonly List<SimSilo> _silos = [new("s0"), new("s1"), new("s2")];
    private readonly List<SimSilo> _abandoned = [];
    private readonly HashSet<string> _gone = [];
    private readonly List<(long AtMs, Action Do)> _messages = [];
    private readonly List<(long AtMs, int Cap)> _caps = [];
    private PermitLender _lender = new();
    private PermitLender? _old;
    private string? _cutOff;
    private long _oldConfirmedMs;
    private Dictionary<string, int> _ledger = [];
    private long _nowMs;
    private long _number;
    private int _named = 3;
    private double _trouble = 0.1;

    public int Begun { get; private set; }

    private bool Chance(double p) => _random.NextDouble() < p;

    /// <summary>Runs with troubles, then without; then nobody may wait beside a free permit.</summary>
    public void Run(int steps)
    {
        SetCap(1 + _random.Next(12));
        for (var i = 0; i < steps; i++)
        {
            Disturb();
            Step();
        }

        _trouble = 0;
        (_old, _cutOff) = (null, null);
        Steps(Limits.PermitLoanMs + Limits.PermitConfirmMs + 25_000);
        CheckUse();
    }

    private void Steps(int ms)
    {
        for (var end = _nowMs + ms; _nowMs < end;)
        {
            Step();
        }
    }

    private void Disturb()
    {
        if (Chance(0.0015))
        {
            SetCap(_random.Next(12));
        }

        if (Chance(0.0015))
        {
            Crash(_silos[_random.Next(_silos.Count)], goesOn: Chance(0.5));
        }

        if (Chance(0.0015) && _old is null)
        {
            Move(cutOff: Chance(0.5));
        }

        if (Chance(0.0015))
        {
            (_old, _cutOff) = (null, null);
        }
    }

    private void Step()
    {
        _nowMs += StepMs;
        foreach (var (_, act) in _messages.Where(m => m.AtMs <= _nowMs).ToList())
        {
            act();
        }

        _messages.RemoveAll(m => m.AtMs <= _nowMs);
        foreach (var silo in _silos)
        {
            silo.Waiting += Chance(0.2) && silo.Waiting < 20 ? _random.Next(4) : 0;
            Begun += silo.Work(_nowMs, () => _random.Next(10) == 0 ? 20_000 : _random.Next(500));
            if (silo.Pending != 0 && _nowMs - silo.SentMs > 2_000)
            {
                silo.GiveUp();
            }

            if (silo.Pending == 0 && _nowMs - silo.SentMs >= (silo.Waiting > 0 ? Limits.PermitUrgentMs : Limits.PermitRenewMs))
            {
                Send(silo, silo.Report(++_number, _nowMs));
            }
        }

        // After its loan an abandoned silo begins nothing; what it runs to the end is not counted any more.
        _abandoned.RemoveAll(s => _nowMs >= s.UntilMs);
        foreach (var silo in _abandoned)
        {
            silo.Waiting = 10;
            silo.Work(_nowMs, () => 1_000);
        }

        CheckCap();
    }

    private void Send(SimSilo silo, PermitReport report)
    {
        if (Chance(_trouble))
        {
            return;
        }

        // A silo that is cut off reaches the lender that was cut off with it, and nobody else.
        var old = silo.Name == _cutOff;
        Later(() =>
        {
            var lender = old ? _old : _lender;
            if (lender is null || (!old && silo.Name == _cutOff) || (old && _nowMs - _oldConfirmedMs >= Limits.PermitConfirmMs))
            {
                return;
            }

            lender.Expire(_gone.Contains, _nowMs);
            var loan = lender.Renew(report, _nowMs);
            if (loan is not null && !Record(lender, old))
            {
                lender.Revoke(report);
                loan = null;
            }

            if (loan is not null && !Chance(_trouble))
            {
                Later(() => silo.Answer(report.Number, loan, _nowMs));
            }
        });
    }

    /// <summary>More than is in the ledger has to be written to it first; an old lender cannot.</summary>
    private bool Record(PermitLender lender, bool old)
    {
        if (lender.Counted.All(l => l.Value <= _ledger.GetValueOrDefault(l.Key)))
        {
            return true;
        }

        if (!old)
        {
            _ledger = new(lender.Counted);
        }

        return !old;
    }

    private void Later(Action act)
        => _messages.Add((_nowMs + (Chance(_trouble) ? _random.Next(6_000) : _random.Next(2 * StepMs)), act));

    /// <summary>Another lender goes on with what the ledger says; the old one may not know it.</summary>
    private void Move(bool cutOff)
    {
        if (cutOff)
        {
            (_old, _cutOff, _oldConfirmedMs) = (_lender, _silos[_random.Next(_silos.Count)].Name, _nowMs);
        }

        _lender = new PermitLender { Cap = _caps[^1].Cap };
        _lender.Restore(_ledger, _nowMs + Limits.PermitConfirmMs);
    }

    /// <summary>The members give a silo up. It may be alive and go on, without reaching anybody.</summary>
    private void Crash(SimSilo silo, bool goesOn)
    {
        if (goesOn)
        {
            _abandoned.Add(silo);
        }

        _silos.Remove(silo);
        _gone.Add(silo.Name);
        _silos.Add(new SimSilo($"s{_named++}"));
        (_old, _cutOff) = silo.Name == _cutOff ? (null, null) : (_old, _cutOff);
    }

    private void SetCap(int cap)
    {
        // What was lent before runs on: the bound is the largest cap of the time that a loan and the longest run may last.
        _caps.Add((_nowMs, cap));
        _lender.Cap = cap;
    }

    private void CheckCap()
    {
        var since = _nowMs - 20_000 - Limits.PermitLoanMs - Limits.PermitConfirmMs;
        var bound = _caps.Where((c, i) => i == _caps.Count - 1 || _caps[i + 1].AtMs > since).Max(c => c.Cap);
        var running = _silos.Concat(_abandoned).Sum(s => s.Running.Count);
        Assert.True(running <= bound, $"seed {seed}: {running} run at {_nowMs} ms, the cap is {bound}");
    }

    /// <summary>All silos have more to do than there are permits: nearly all of them are used, all the time.</summary>
    private void CheckUse()
    {
        var (cap, used, looks) = (_caps[^1].Cap, 0L, 0);
        for (var end = _nowMs + 10_000; _nowMs < end; looks++)
        {
            _silos.ForEach(s => s.Waiting = 20);
            Step();
            used += _silos.Sum(s => s.Running.Count);
        }

        Assert.True(used >= (cap < _silos.Count ? 0.7 : 0.85) * cap * looks, $"seed {seed}: {used} of {(long)cap * looks} permits were used");
    }
}
