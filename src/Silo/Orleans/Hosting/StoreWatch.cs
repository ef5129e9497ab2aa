using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;
using Dispatcher.Silo.Orleans.Notices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>
/// Ends this silo, at once, where the store answers others and not this one: its shards could do nothing here and would stay, because
/// the others still reach it, and without the store there is nothing to hand over. Where the store answers nobody, all wait for it. It must have been so for a whole lease time
/// after the leases lapsed: when the store comes back it does not answer everybody in the same moment.
/// </summary>
internal sealed partial class StoreWatch(
    IStorePulse store,
    INoticeClient client,
    ILocalSiloDetails self,
    IClusterMembershipService membership,
    IFatalErrorHandler end,
    TimeProvider time,
    ILogger<StoreWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(Limits.SiloAnswerMs);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long? since = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                since = store.Lapsed && await IsAloneAsync(stoppingToken) ? since ?? time.GetTimestamp() : null;
                if (since is { } start && time.GetElapsedTime(start) >= store.LeaseTime)
                {
                    end.OnFatalException(this, "PostgreSQL answers other silos and not this one; they go on with its shards");
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    /// <summary>Whether some other silo says that the store answers it.</summary>
    private async Task<bool> IsAloneAsync(CancellationToken stopping)
    {
        var others = membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self.SiloAddress));
        return (await Task.WhenAll(others.Select(m => AskAsync(m.SiloAddress, stopping)))).Contains(true);
    }

    private async Task<bool> AskAsync(SiloAddress silo, CancellationToken stopping)
    {
        try
        {
            return await client.HasStoreAsync(silo).WaitAsync(AnswerWithin, time, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogNotAsked(logger, silo, e);
            return false;
        }
    }

    [LoggerMessage(EventName = "SiloNotAsked", Level = LogLevel.Debug, Message = "silo {Silo} could not be asked whether the store answers it")]
    private static partial void LogNotAsked(ILogger logger, SiloAddress silo, Exception error);
}
