namespace Dispatcher.Contracts.Streams;

/// <summary>An embedded stream: the document behind DescribeStream.</summary>
public sealed record StreamConfig
{
    /// <summary>1..128 of <c>[a-zA-Z0-9_.-]</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Tells a stream apart from an earlier one of the same name; part of its logs' names.</summary>
    public required string Id { get; set; }

    /// <summary><c>ACTIVE</c>, <c>CREATING</c>, <c>UPDATING</c>, <c>DELETING</c>.</summary>
    public string Status { get; set; } = "ACTIVE";

    /// <summary><c>PROVISIONED</c> or <c>ON_DEMAND</c>.</summary>
    public string Mode { get; set; } = "PROVISIONED";

    /// <summary>Hours that records are kept, 24..8760.</summary>
    public int RetentionHours { get; set; } = 24;

    /// <summary>Milliseconds since 1970.</summary>
    public long CreatedMs { get; set; }

    /// <summary>All shards, open and closed, by number.</summary>
    public IReadOnlyList<StreamShard> Shards { get; set; } = [];

    /// <summary>
    /// Shards that are being opened: while this is not empty the stream is CREATING or UPDATING, and whoever meets it seals
    /// their parents, creates their logs and moves them to <see cref="Shards"/>.
    /// </summary>
    public IReadOnlyList<StreamShard> Opening { get; set; } = [];

    /// <summary>Open shards that a resize is on its way to; null without one.</summary>
    public int? TargetShards { get; set; }

    /// <summary>The stream's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; set; } = new Dictionary<string, string>();

    /// <summary>The name of a shard's log in the record log store.</summary>
    public string LogOf(string shard) => $"{Id}/{shard}";
}
