namespace Dispatcher.Contracts.Configuration;

/// <summary>The server's configuration: file, environment (<c>DISPATCHER__…</c>) and command line. Read once, at start.</summary>
public sealed class DispatcherConfig
{
    /// <summary>Region of every ARN.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Account of every ARN, 12 digits.</summary>
    public string Account { get; set; } = "000000000000";

    /// <summary>Where the API listens.</summary>
    public string Url { get; set; } = "http://127.0.0.1:9000";

    /// <summary>
    /// Access keys by id. With one or more of them every call of the API must be signed (AWS Signature Version 4); without, the
    /// server listens on the loopback device only.
    /// </summary>
    public Dictionary<string, AccessKeyConfig> AccessKeys { get; set; } = [];

    /// <summary>
    /// A token (<c>Authorization: Bearer …</c>) for what is no AWS operation: <c>/metrics</c> and <c>/dispatcher/…</c>; null:
    /// these are signed too. Without access keys nothing asks for it.
    /// </summary>
    public SecretConfig? AdminToken { get; set; }

    /// <summary>True: listens where Url says also without access keys. Everybody who reaches the port can run code here.</summary>
    public bool AllowInsecure { get; set; }

    /// <summary>Folder of the store, of unpacked function code and of worker logs.</summary>
    public string Data { get; set; } = "./data";

    /// <summary>Lanes of one shard that a mapping may ask for, 10..1000; AWS's maximum is 10.</summary>
    public int MaximumParallelizationFactor { get; set; } = 100;

    /// <summary>Seconds between two looks for new shards and partitions, 1..3600.</summary>
    public int DiscoverySeconds { get; set; } = 5;

    /// <summary>Concurrent invocations of all functions together.</summary>
    public int AccountConcurrency { get; set; } = Limits.AccountConcurrency;

    /// <summary>How much of <see cref="AccountConcurrency"/> reservations must leave to the other functions; AWS leaves 100.</summary>
    public int MinimumUnreservedConcurrency { get; set; } = Limits.MinimumUnreservedConcurrency;

    /// <summary>
    /// Seconds between the first try of an asynchronous event that fails and the second, 1..3600; twice that before the third.
    /// AWS waits one minute and two.
    /// </summary>
    public int AsyncRetrySeconds { get; set; } = 60;

    /// <summary>Seconds that batches in flight get to end when the server is stopped, 1..900.</summary>
    public int ShutdownSeconds { get; set; } = 30;

    /// <summary>The cluster that this process is part of.</summary>
    public ClusterConfig Cluster { get; set; } = new();

    /// <summary>Logs.</summary>
    public LogConfig Log { get; set; } = new();

    /// <summary>Worker processes.</summary>
    public WorkersConfig Workers { get; set; } = new();

    /// <summary>Workers elsewhere.</summary>
    public RemoteWorkersConfig RemoteWorkers { get; set; } = new();

    /// <summary>Brokers by name.</summary>
    public SourcesConfig Sources { get; set; } = new();

    /// <summary>Sources that push events, by the name in the path that they call.</summary>
    public Dictionary<string, PushSourceConfig> Push { get; set; } = [];

    /// <summary>Secrets by name: <c>arn:aws:secretsmanager:…:secret:NAME</c>.</summary>
    public Dictionary<string, SecretConfig> Secrets { get; set; } = [];
}
