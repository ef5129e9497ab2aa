using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>
/// Wakes this silo's part of the mappings when it has joined and whenever the membership says that a silo is gone: grains that
/// were lost are then made elsewhere by Orleans within a second, not only at their next reminder. The silos share the
/// mappings out by the highest hash of mapping and silo, so that a silo that joins meanwhile takes mappings only for itself.
/// When a silo has joined, each one reads the load of all anew first: placement goes by it, and would take no notice of the new
/// one before that has told its own, up to a second later.
/// </summary>
internal sealed partial class MappingWatch(
    IClusterMembershipService membership, ILocalSiloDetails self, Catalog catalog, IGrainDirectory grains, SiloLoads loads, ILogger<MappingWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private HashSet<SiloAddress> _living = [];
    private HashSet<SiloAddress> _loaded = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                var active = Members(snapshot, m => m.Status == SiloStatus.Active);
                if (!active.Contains(self.SiloAddress))
                {
                    continue;
                }

                if (active.Except(_loaded).Any())
                {
                    await loads.RefreshAsync(self.SiloAddress, stoppingToken);
                }

                _loaded = active;

                // One that shuts down still has its grains and hands them over; what it could not hand over is lost when it is dead.
                var living = Members(snapshot, m => m.Status is not SiloStatus.Dead and not SiloStatus.None);
                var (begins, lost) = (_living.Count == 0, _living.Except(living).Any());
                _living = living;
                if (begins || lost)
                {
                    await WakeAllAsync(active, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo leaves.
        }
    }

    /// <summary>Which silo wakes a mapping.</summary>
    internal static SiloAddress Waker(MappingId id, IEnumerable<SiloAddress> silos)
        => silos.MaxBy(silo => (Mix((uint)silo.GetConsistentHashCode(), id), silo))!;

    private static HashSet<SiloAddress> Members(ClusterMembershipSnapshot snapshot, Func<ClusterMember, bool> which)
        => snapshot.Members.Values.Where(which).Select(m => m.SiloAddress).ToHashSet();

    private static ulong Mix(uint silo, MappingId id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.Value.TryWriteBytes(bytes);
        var hash = 14695981039346656037UL ^ silo;
        foreach (var one in bytes)
        {
            hash = (hash ^ one) * 1099511628211UL;
        }

        return (hash ^ (hash >> 29)) * 0x9E3779B97F4A7C15UL;
    }

    private async Task WakeAllAsync(HashSet<SiloAddress> active, CancellationToken stopping)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.StartingMappings, CancellationToken = stopping };
        while (true)
        {
            try
            {
                await Parallel.ForEachAsync(catalog.Mappings.AllAsync(stopping), options, (stored, stop) => WakeAsync(stored.Key, active, stop));
                return;
            }
            catch (StoreException e)
            {
                LogListFailed(logger, e);
                await Task.Delay(Retry, stopping);
            }
        }
    }

    private async ValueTask WakeAsync(string uuid, HashSet<SiloAddress> active, CancellationToken stopping)
    {
        try
        {
            if (MappingId.TryParse(uuid, out var id) && Waker(id, active).Equals(self.SiloAddress))
            {
                await grains.Mapping(id).ReconcileAsync(stopping);
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // Its reminder wakes it later.
            LogWakeFailed(logger, uuid, e);
        }
    }

    [LoggerMessage(EventName = "MappingsUnreadable", Level = LogLevel.Error, Message = "the stored mappings cannot be read; tried again in a second")]
    private static partial void LogListFailed(ILogger logger, Exception error);

    [LoggerMessage(EventName = "MappingWakeFailed", Level = LogLevel.Error, Message = "mapping {Mapping} could not be woken; its reminder will try again")]
    private static partial void LogWakeFailed(ILogger logger, string mapping, Exception error);
}
