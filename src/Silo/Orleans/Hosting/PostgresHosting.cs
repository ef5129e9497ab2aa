using System.Net;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Dispatcher.Silo.Orleans.Hosting;

/// <summary>Membership and reminders in PostgreSQL, by Orleans' ADO.NET providers.</summary>
internal static class PostgresHosting
{
    private const string Invariant = "Npgsql";

    /// <summary>A silo of the cluster in that database.</summary>
    public static ISiloBuilder UsePostgres(this ISiloBuilder silo, ClusterConfig cluster)
    {
        silo.Services.AddSingleton<IFatalErrorHandler, SiloEnd>();
        silo.Configure<ClusterOptions>(options => Named(options, cluster));
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, Pool(cluster, "membership", Limits.MembershipConnections)));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, Pool(cluster, "reminders", Limits.ReminderConnections)));
        var silos = Port(cluster.SiloPort);
        var gateways = Port(cluster.GatewayPort);
        if (cluster.AdvertiseAddress.Length > 0)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(cluster.AdvertiseAddress), silos, gateways, listenOnAnyHostAddress: false);
        }
        else
        {
            silo.ConfigureEndpoints(silos, gateways, listenOnAnyHostAddress: true);
        }

        return silo;
    }

    /// <summary>A client of the cluster in that database.</summary>
    public static IClientBuilder UsePostgres(this IClientBuilder client, ClusterConfig cluster) => client
        .Configure<ClusterOptions>(options => Named(options, cluster))
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, Pool(cluster, "membership", Limits.MembershipConnections)));

    private static void Named(ClusterOptions options, ClusterConfig cluster)
        => (options.ClusterId, options.ServiceId) = (cluster.Name, cluster.Name);

    /// <summary>
    /// A pool of its own, bounded, whatever the connection string says of the store's: 10,000 reminders that are written at once
    /// would take every connection that the server has, and membership must not wait behind them.
    /// </summary>
    private static string Pool(ClusterConfig cluster, string use, int connections)
        => new NpgsqlConnectionStringBuilder(cluster.Postgres) { ApplicationName = $"dispatcher {use}", MaxPoolSize = connections }.ConnectionString;

    /// <summary>0 takes a free one: the kernel names it and it is taken a moment later.</summary>
    private static int Port(int wanted)
    {
        if (wanted != 0)
        {
            return wanted;
        }

        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Any, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
