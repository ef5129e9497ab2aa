using System.Data.Common;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Orleans;

namespace Dispatcher.Silo.Hosting;

/// <summary>The grains are the cluster's: it wakes mappings and hands over what runs here when the host stops.</summary>
internal sealed class ClusterSilo(DispatcherConfig config) : IGrainHosting
{
    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        try
        {
            await ClusterHosting.PrepareAsync(config.Cluster, cancellation);
        }
        catch (DbException e)
        {
            throw new StartupException($"PostgreSQL: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public Task WakeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DrainAsync() => Task.CompletedTask;
}
