using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Pipeline.Tests.Permits;

public sealed class PermitLenderTests
{
    private readonly PermitLender _lender = new() { Cap = 10 };
    private long _number;

    [Fact]
    public void Renew_AnyInterleaving_NeverPassesTheCapAndLeavesNoPermitIdle()
    {
        var begun = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var simulation = new LenderSimulation(seed);
            simulation.Run(1_500);
            begun += simulation.Begun;
        }

        Assert.True(begun > 100_000, $"only {begun} invocations were begun");
    }

    [Fact]
    public void Renew_OneSilo_GetsWhatItNeedsAndSomeToSpare()
    {
        Assert.Equal(7, Renew("a", 0, 0, 4).Permits);
        Assert.Equal(7, Renew("a", 7, 4, 0).Permits);
        Assert.Equal(10, Renew("a", 7, 7, 9).Permits);
    }

    [Fact]
    public void Renew_OtherNeeds_CallsIdlePermitsBackAndLendsThemWhenTheyCame()
    {
        Renew("a", 0, 10, 0);
        Renew("a", 10, 3, 0);

        Assert.Equal(new PermitLoan(0, 7, 10), Renew("b", 0, 0, 5));
        Assert.Equal(3, Renew("a", 10, 3, 0).Permits);
        Assert.Equal(0, Renew("b", 0, 0, 5).Permits);
        Assert.Equal(3, Renew("a", 3, 3, 0).Permits);
        Assert.Equal(5, Renew("b", 0, 0, 5).Permits);
    }

    [Fact]
    public void Renew_AllNeedMore_SharesEvenly()
    {
        Renew("a", 0, 0, 50);
        Assert.Equal(0, Renew("b", 0, 0, 50).Permits);
        Assert.Equal(5, Renew("a", 10, 10, 50).Permits);
        Assert.Equal(0, Renew("b", 0, 0, 50).Permits);
        Renew("a", 5, 6, 50);
        Assert.Equal(4, Renew("b", 0, 0, 50).Permits);
    }

    [Fact]
    public void Renew_FewerPermitsThanSilos_GoRound()
    {
        _lender.Cap = 1;
        var had = new HashSet<string>();
        var allowed = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0, ["c"] = 0 };
        for (var now = 0; now < 20_000; now += 100)
        {
            foreach (var silo in allowed.Keys.ToList())
            {
                allowed[silo] = _lender.Renew(new PermitReport(silo, ++_number, allowed[silo], 0, silo.Length), now)!.Permits;
                if (allowed[silo] > 0)
                {
                    had.Add(silo);
                }
            }
        }

        Assert.Equal(["a", "b", "c"], had.Order());
    }

    [Fact]
    public void Renew_LateReport_CountsForNothing()
    {
        var late = new PermitReport("a", 1, 0, 0, 0);
        _lender.Renew(new PermitReport("a", 2, 0, 0, 10), 0);

        Assert.Null(_lender.Renew(late, 0));
        Assert.Equal(0, Renew("b", 0, 0, 1).Permits);
    }

    [Fact]
    public void Expire_SilentSilo_KeepsItsPermitsUntilItIsGoneAndItsLoanToo()
    {
        Renew("a", 0, 0, 10);

        Assert.False(_lender.Expire(_ => true, Limits.PermitLoanMs));
        Assert.False(_lender.Expire(_ => false, Limits.PermitLoanMs + 1));
        Assert.Equal(0, Renew("b", 0, 0, 1, Limits.PermitLoanMs + 1).Permits);
        Assert.True(_lender.Expire(silo => silo == "a", Limits.PermitLoanMs + 1));
        Assert.Equal(5, Renew("b", 0, 0, 1, Limits.PermitLoanMs + 1).Permits);
    }

    [Fact]
    public void Expire_SilentForLongerThanAnyInvocationRuns_ComesBackWithoutTheMembers()
    {
        Renew("a", 0, 0, 10);

        Assert.True(_lender.Expire(_ => false, Limits.PermitLoanMs + (Limits.FunctionTimeoutSeconds * 1000L) + 60_001));
    }

    [Fact]
    public void Renew_Leaves_GivesAllBack()
    {
        Renew("a", 0, 0, 10);

        _lender.Renew(new PermitReport("a", ++_number, 0, 0, 0) { Leaves = true }, 0);

        Assert.Empty(_lender.Counted);
        Assert.Equal(10, Renew("b", 0, 0, 10).Permits);
    }

    [Fact]
    public void Cap_Smaller_LendsNothingUntilEnoughCameBack()
    {
        Renew("a", 0, 0, 10);
        _lender.Cap = 4;

        Assert.Equal(0, Renew("b", 0, 0, 4).Permits);
        Assert.Equal(2, Renew("a", 10, 10, 0).Permits);
        Assert.Equal(0, Renew("b", 0, 0, 4).Permits);
        Assert.Equal(2, Renew("a", 2, 2, 2).Permits);
        Assert.Equal(2, Renew("b", 0, 0, 4).Permits);
    }

    private PermitLoan Renew(string silo, int allowed, int inside, int waiting, long nowMs = 0)
        => _lender.Renew(new PermitReport(silo, ++_number, allowed, inside, waiting), nowMs)!;
}
