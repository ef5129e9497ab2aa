namespace Dispatcher.Contracts.Sources;

/// <summary>One shard as the source lists it.</summary>
/// <param name="Id">The source's name of it.</param>
/// <param name="Parents">Shards that must be finished before this one is read (split and merged stream shards).</param>
public sealed record ShardInfo(string Id, IReadOnlyList<string> Parents)
{
    /// <summary>A shard without parents.</summary>
    public ShardInfo(string id)
        : this(id, [])
    {
    }

    /// <summary>
    /// The lowest position that the shard ever had. What ended below it was another shard of that name: its stream was deleted
    /// and made anew. 0 where a name is never used again.
    /// </summary>
    public long First { get; init; }
}
