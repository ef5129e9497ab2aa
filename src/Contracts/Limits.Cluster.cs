namespace Dispatcher.Contracts;

// Limits of clusters: leases, calls between silos and gateways.
public static partial class Limits
{
    /// <summary>
    /// Seconds that a lease holds without a word from the store, by default: above a restart of PostgreSQL (a few seconds), so
    /// that this stops nobody, and about as long as the others need to take a lost silo's shards (5 s to 10 s).
    /// </summary>
    public const int LeaseSeconds = 15;

    /// <summary>Seconds that a lease may hold at least: one slow commit of the store is no loss.</summary>
    public const int LeaseSecondsMinimum = 3;

    /// <summary>Seconds that a lease may hold at most: so long two silos may work on one shard after a cut.</summary>
    public const int LeaseSecondsMaximum = 300;

    /// <summary>Renewals of the leases within their time: four may be lost before a lease lapses.</summary>
    public const int LeaseRenewals = 5;

    /// <summary>Open connections to the gateway: each may hold one request body; beyond it clients queue in the backlog.</summary>
    public const int GatewayConnections = 10_000;

    /// <summary>Milliseconds that a connection may say nothing at first: Kestrel's own limit of idle connections.</summary>
    public const int GatewaySilenceMs = 130_000;

    /// <summary>Mappings that are started at the same time after a start of the server: enough to hide the latency of brokers.</summary>
    public const int StartingMappings = 16;

    /// <summary>
    /// How long one silo waits for an invocation on another one: a function's longest timeout (15 minutes), and five for the wait for
    /// a permit and a cold start. A text, because attributes take only that.
    /// </summary>
    public const string InvocationCallTime = "00:20:00";

    /// <summary>
    /// How long one part of a streamed answer may wait for its caller: the function's longest timeout, which ends it sooner, and a
    /// minute. A text, because attributes take only that.
    /// </summary>
    public const string AnswerPartTime = "00:16:00";

    /// <summary>Milliseconds for which a call into the cluster is repeated because a silo was lost: more than its loss needs to be noticed.</summary>
    public const int SiloLostMs = 20_000;

    /// <summary>Milliseconds that a silo may take to answer what another one asks it every now and then: the next time comes soon.</summary>
    public const int SiloAnswerMs = 2_000;

    /// <summary>Milliseconds that a caller waits for a silo to hear of a change: it may be one that is just being lost.</summary>
    public const int NoticeMs = 5_000;
}
