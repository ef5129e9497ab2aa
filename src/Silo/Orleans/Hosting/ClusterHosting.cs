using Dispatcher.Contracts.Configuration;
using Dispatcher.Silo.Orleans.Hosting;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Dispatcher.Silo.Orleans;

/// <summary>The cluster mode of the server. The same type stands in builds without it.</summary>
public static class ClusterHosting
{
    /// <summary>Whether this build has the cluster mode.</summary>
    public static bool Available => true;

    /// <summary>
    /// Makes the host a silo of the cluster: grain directory, change notices, membership and reminders. The maker of grains,
    /// the store and the catalog are registered by others.
    /// </summary>
    public static void AddClusterSilo(this IHostApplicationBuilder builder, DispatcherConfig config)
        => builder.UseOrleans(silo => silo.AddDispatcherGrains().UsePostgres(config.Cluster).UseTls(config.Cluster.Tls));

    /// <summary>
    /// Makes the host a gateway: it finds the silos through the database, calls grains and functions on them and runs nothing
    /// itself. Replaces <see cref="Contracts.Invocations.IFunctionInvoker"/>.
    /// </summary>
    public static void AddClusterGateway(this IHostApplicationBuilder builder, DispatcherConfig config)
        => builder.UseOrleansClient(client => client.AddDispatcherCalls().UsePostgres(config.Cluster).UseTls(config.Cluster.Tls));

    /// <summary>Makes the tables and queries that membership and reminders need, where they are missing.</summary>
    public static Task PrepareAsync(ClusterConfig cluster, CancellationToken cancellation)
        => ClusterSchema.ApplyAsync(cluster.Postgres, cancellation);
}
