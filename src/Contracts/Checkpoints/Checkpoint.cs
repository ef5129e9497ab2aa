namespace Dispatcher.Contracts.Checkpoints;

/// <summary>What is done in a shard. Everything below <see cref="Next"/> is done, and the ranges above it.</summary>
/// <param name="Next">The first gap: the lowest position whose outcome is not known. Never moves back.</param>
public sealed record Checkpoint(long Next)
{
    /// <summary>Finished ranges above <see cref="Next"/>: ascending, disjoint, at most <see cref="Limits.CheckpointRanges"/>.</summary>
    public IReadOnlyList<PositionRange> Finished { get; set; } = [];

    /// <summary>Batches in trouble, in the order of their first record.</summary>
    public IReadOnlyList<TroubledBatch> Troubled { get; set; } = [];

    /// <summary>Open tumbling windows, one per lane at most.</summary>
    public IReadOnlyList<LaneWindow> Windows { get; set; } = [];

    /// <summary>True where the shard was read to its end for good; nothing of it is left to do.</summary>
    public bool Ended { get; set; }
}
