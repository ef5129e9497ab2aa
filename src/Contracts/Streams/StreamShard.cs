namespace Dispatcher.Contracts.Streams;

/// <summary>One shard of an embedded stream.</summary>
/// <param name="Id"><c>shardId-</c> and twelve digits.</param>
/// <param name="StartHash">Lowest hash key (decimal, 0..2^128-1) whose records go here.</param>
/// <param name="EndHash">Highest hash key.</param>
/// <param name="FirstPosition">Position of its first record.</param>
public sealed record StreamShard(string Id, string StartHash, string EndHash, long FirstPosition)
{
    /// <summary>Shards that this one continues: none, one (split) or two (merge).</summary>
    public IReadOnlyList<string> Parents { get; set; } = [];

    /// <summary>
    /// The position at which it was closed, above all its records and below those of its children; null while it takes
    /// records. No record has it, so that a shard which never held one ends at or after its first position too.
    /// </summary>
    public long? LastPosition { get; set; }

    /// <summary>Milliseconds since 1970 at which it was opened.</summary>
    public long OpenedMs { get; set; }

    /// <summary>Milliseconds since 1970 at which it was closed; null while it takes records.</summary>
    public long? ClosedMs { get; set; }
}
