namespace Dispatcher.Contracts.Configuration;

/// <summary>How this process takes part in a cluster (<c>dispatcher serve --cluster</c>).</summary>
public sealed class ClusterConfig
{
    /// <summary>False: everything runs in this process.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// <c>all</c>: grains, functions and the API; <c>silo</c>: no API but health and metrics; <c>gateway</c>: only the API, in
    /// front of the silos, which run the functions.
    /// </summary>
    public string Role { get; set; } = "all";

    /// <summary>
    /// Connection string (Npgsql) of the database with all state, and with membership and reminders of a cluster. Also without
    /// a cluster; empty keeps the state in the data folder.
    /// </summary>
    public string Postgres { get; set; } = "";

    /// <summary>Clusters with different names do not see each other, also in one database.</summary>
    public string Name { get; set; } = "dispatcher";

    /// <summary>Port for other silos, 0..65535; 0 takes a free one.</summary>
    public int SiloPort { get; set; } = 11_111;

    /// <summary>Port for gateways, 0..65535; 0 takes a free one.</summary>
    public int GatewayPort { get; set; } = 30_000;

    /// <summary>IP address that others reach this process at; empty takes the machine's first one.</summary>
    public string AdvertiseAddress { get; set; } = "";

    /// <summary>
    /// Seconds that a shard's lease holds without a word from the store, 3..300: so long at most a silo that is cut off from
    /// PostgreSQL begins invocations.
    /// </summary>
    public int LeaseSeconds { get; set; } = Limits.LeaseSeconds;

    /// <summary>TLS between silos, and between gateways and silos.</summary>
    public ClusterTlsConfig Tls { get; set; } = new();
}
