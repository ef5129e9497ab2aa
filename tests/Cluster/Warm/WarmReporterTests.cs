using Dispatcher.Cluster.Tests.Cluster;
using Dispatcher.Cluster.Tests.Hosting;
using Dispatcher.Silo.Orleans.Invocations;
using Dispatcher.Silo.Orleans.Warm;
using Dispatcher.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Dispatcher.Cluster.Tests.Warm;

public sealed class WarmReporterTests : IWarmClient
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(500);

    private readonly ManualClock _clock = new();
    private readonly WarmRuntime _workers = new("one");
    private readonly FakeMembership _membership = new(2);
    private readonly Queue<Exception?> _answers = new();
    private readonly List<int> _reports = [];

    [Fact]
    public async Task Report_Fails_IsRepeatedUntilTheSiloHasHeard()
    {
        using var reporter = await StartAsync();
        _workers.Free = 2;
        _answers.Enqueue(new TimeoutException());
        _answers.Enqueue(new TimeoutException());
        await ReportsAsync(2, 2, 2);

        // What was heard is not told again, but it is where nobody knows what was heard.
        _workers.Free = 0;
        _answers.Enqueue(new TimeoutException());
        await ReportsAsync(2, 2, 2, 0);
        _workers.Free = 2;
        await ReportsAsync(2, 2, 2, 0, 2);
        _workers.Free = 1;
        await ReportsAsync(2, 2, 2, 0, 2, 1);
        await reporter.StopAsync(CancellationToken.None);
    }

    Task IWarmClient.ReportAsync(SiloAddress to, SiloAddress from, string[] versions, int[] idle)
    {
        Assert.Equal((_membership.Silos[1], _membership.Silos[0]), (to, from));
        lock (_reports)
        {
            _reports.Add(idle.Sum());
            return _answers.TryDequeue(out var error) && error is not null ? Task.FromException(error) : Task.CompletedTask;
        }
    }

    Task<OutcomeMessage> IWarmClient.InvokeAsync(SiloAddress silo, CallMessage call, CancellationToken cancellation) => throw new NotSupportedException();

    private async Task<WarmReporter> StartAsync()
    {
        var reporter = new WarmReporter([_workers], new WarmBoard(), this, _membership, _membership, _clock, NullLogger<WarmReporter>.Instance);
        await reporter.StartAsync(CancellationToken.None);
        await _clock.WaitedForAsync(s_pace);
        return reporter;
    }

    /// <summary>Lets time go on until these are all reports.</summary>
    private Task ReportsAsync(params int[] all) => Eventually.TrueAsync(
        () =>
        {
            _clock.Advance(s_pace);
            lock (_reports)
            {
                return _reports.SequenceEqual(all);
            }
        },
        $"the reports are {string.Join(", ", all)}");
}
