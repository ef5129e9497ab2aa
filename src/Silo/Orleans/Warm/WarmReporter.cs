using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Warm;

/// <summary>Tells the other silos which workers are free here, whenever that has changed, at most twice a second.</summary>
internal sealed partial class WarmReporter(
    IEnumerable<IFunctionRuntime> runtimes,
    WarmBoard board,
    IWarmClient client,
    ILocalSiloDetails self,
    IClusterMembershipService membership,
    TimeProvider time,
    ILogger<WarmReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(Limits.SiloAnswerMs);

    private readonly IFunctionRuntime[] _runtimes = [.. runtimes];

    /// <summary>What each silo was told last; null where it is not known whether it heard. A silo that was told nothing believes "".</summary>
    private readonly Dictionary<SiloAddress, string?> _told = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        var others = membership.CurrentSnapshot.Members.Values
            .Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self.SiloAddress)).Select(m => m.SiloAddress).ToHashSet();
        board.Keep(others);
        foreach (var gone in _told.Keys.Except(others).ToList())
        {
            _told.Remove(gone);
        }

        if (others.Count == 0)
        {
            return;
        }

        var idle = _runtimes.SelectMany(runtime => runtime.Idle()).OrderBy(one => one.Version, StringComparer.Ordinal).ToArray();
        var text = string.Join('\n', idle);
        var due = others.Where(silo => _told.GetValueOrDefault(silo, "") != text).ToList();
        var heard = await Task.WhenAll(due.Select(silo => TellAsync(silo, idle, cancellation)));
        foreach (var (silo, hears) in due.Zip(heard))
        {
            _told[silo] = hears ? text : null;
        }
    }

    private async Task<bool> TellAsync(SiloAddress silo, IdleWorkers[] idle, CancellationToken cancellation)
    {
        try
        {
            await client.ReportAsync(silo, self.SiloAddress, [.. idle.Select(one => one.Version)], [.. idle.Select(one => one.Count)])
                .WaitAsync(AnswerWithin, time, cancellation);
            return true;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // It is told again with the next look; what it believes meanwhile costs a cold start at worst.
            LogNotTold(logger, silo, e);
            return false;
        }
    }

    [LoggerMessage(EventName = "WarmNotTold", Level = LogLevel.Debug, Message = "silo {Silo} could not be told which workers are free here")]
    private static partial void LogNotTold(ILogger logger, SiloAddress silo, Exception error);
}
