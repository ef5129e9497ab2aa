using Dispatcher.Contracts;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Silo.Hosting;

/// <summary>Wakes every stored mapping after a start of the server.</summary>
internal sealed partial class MappingStarter(Catalog catalog, IGrainDirectory grains, ILogger<MappingStarter> logger)
{
    /// <summary>
    /// Reconciles all mappings, some at a time. A mapping that cannot be started is logged and leaves the others alone.
    /// Never throws; ends early when cancelled.
    /// </summary>
    public async Task StartAllAsync(CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Limits.StartingMappings, CancellationToken = cancellation };
        try
        {
            await Parallel.ForEachAsync(catalog.Mappings.AllAsync(cancellation), options, (stored, stop) => StartAsync(stored.Key, stop));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server stops before all mappings were started: the next start goes on.
        }
        catch (StoreException e)
        {
            LogListFailed(logger, e);
        }
    }

    private async ValueTask StartAsync(string uuid, CancellationToken cancellation)
    {
        try
        {
            if (MappingId.TryParse(uuid, out var id))
            {
                await grains.Mapping(id).ReconcileAsync(cancellation);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogStartFailed(logger, uuid, e);
        }
    }
}
