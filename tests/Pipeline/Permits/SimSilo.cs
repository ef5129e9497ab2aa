using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Pipeline.Tests.Permits;

/// <summary>A silo that borrows permits, as far as lending sees it: what it may use, what runs and who waits there.</summary>
internal sealed class SimSilo(string name)
{
    public string Name => name;

    public int Allowed { get; private set; }

    public long UntilMs { get; private set; }

    public int Waiting { get; set; }

    /// <summary>When each running invocation ends.</summary>
    public List<long> Running { get; } = [];

    /// <summary>The number of the report whose answer it waits for; 0 where it waits for none.</summary>
    public long Pending { get; private set; }

    public long SentMs { get; private set; }

    public PermitReport Report(long number, long nowMs)
    {
        Expire(nowMs);
        (Pending, SentMs) = (number, nowMs);
        return new PermitReport(name, number, Allowed, Running.Count, Waiting);
    }

    public void Answer(long number, PermitLoan loan, long nowMs)
    {
        if (number == Pending)
        {
            (Pending, Allowed, UntilMs) = (0, loan.Permits, SentMs + Limits.PermitUseMs);
            Expire(nowMs);
        }
    }

    /// <summary>Does not wait for the answer any more.</summary>
    public void GiveUp() => Pending = 0;

    /// <summary>Ends what has ended and begins what may begin; returns how much that is.</summary>
    public int Work(long nowMs, Func<long> runMs)
    {
        Expire(nowMs);
        Running.RemoveAll(end => end <= nowMs);
        var begun = 0;
        for (; Waiting > 0 && Running.Count < Allowed; begun++)
        {
            Waiting--;
            Running.Add(nowMs + runMs());
        }

        return begun;
    }

    private void Expire(long nowMs) => Allowed = nowMs < UntilMs ? Allowed : 0;
}
