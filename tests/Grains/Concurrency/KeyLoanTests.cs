using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;
using Dispatcher.Pipeline.Permits;
using Dispatcher.Testing;

namespace Dispatcher.Grains.Tests.Concurrency;

public sealed class KeyLoanTests : ILentPermits, IGrainDirectory, IFunctionGrain, ISilos
{
    private readonly ManualClock _clock = new();
    private readonly List<PermitReport> _reports = [];
    private Exception? _failure;

    string ISilos.Self => "a";

    IReadOnlyList<string> ISilos.Active => ["a"];

    [Fact]
    public async Task Report_FailsAfterACallWasTurnedAway_TheNextOneStillTellsOfIt()
    {
        var loan = new KeyLoan("f", new KeyLoanParts(this, this, this, _clock, (_, _) => { }));
        await loan.AskAsync(CancellationToken.None);
        await loan.AskAsync(CancellationToken.None); // turned away: the answer is new
        Assert.Equal([1], Waiting());

        _failure = new StoreException("away");
        await KeepAsync(loan);
        _failure = null;
        await KeepAsync(loan);
        await KeepAsync(loan);
        Assert.Equal([1, 1, 1, 0], Waiting());
    }

    [Fact]
    public async Task Leave_NothingRuns_GivesBackAtOnce()
    {
        var loan = new KeyLoan("f", new KeyLoanParts(this, this, this, _clock, (_, _) => { }));
        await KeepAsync(loan);
        Assert.False(loan.HasEnded);

        loan.Leave();
        await KeepAsync(loan);
        Assert.True(loan.HasEnded);
        Assert.True(_reports[^1].Leaves);
    }

    PermitUse ILentPermits.Use(string key) => new(0, 0, 0);

    void ILentPermits.Lend(string key, int permits, long until)
    {
    }

    bool ILentPermits.TryGiveBack(string key) => true;

    IMappingGrain IGrainDirectory.Mapping(MappingId id) => throw new NotSupportedException();

    IShardGrain IGrainDirectory.Shard(ShardKey key) => throw new NotSupportedException();

    IFunctionGrain IGrainDirectory.Function(string name) => this;

    bool ISilos.IsGone(string silo) => false;

    Task<PermitLoan> IFunctionGrain.RenewAsync(PermitReport report, CancellationToken cancellation)
    {
        lock (_reports)
        {
            _reports.Add(report);
        }

        return _failure is { } failure ? Task.FromException<PermitLoan>(failure) : Task.FromResult(new PermitLoan(0, 0));
    }

    /// <summary>Lets it report once by itself.</summary>
    private async Task KeepAsync(KeyLoan loan)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        loan.Keep();
        await loan.EndAsync();
    }

    private int[] Waiting()
    {
        lock (_reports)
        {
            return [.. _reports.Select(report => report.Waiting)];
        }
    }
}
