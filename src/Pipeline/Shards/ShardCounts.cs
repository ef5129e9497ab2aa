namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// The ledger of a shard since its start: every record that was read is in exactly one of the other numbers.
/// </summary>
/// <param name="Polled">Records that were read.</param>
/// <param name="Succeeded">The function dealt with them.</param>
/// <param name="Filtered">No filter let them pass.</param>
/// <param name="Destination">They are safe in the on-failure destination.</param>
/// <param name="Dropped">Given up without a destination.</param>
/// <param name="Returned">They failed and were given back to the source.</param>
/// <param name="Skipped">Finished in an earlier life, read again above the first gap.</param>
/// <param name="InFlight">Their outcome is not known.</param>
internal readonly record struct ShardCounts(
    long Polled, long Succeeded, long Filtered, long Destination, long Dropped, long Returned, long Skipped, long InFlight)
{
    /// <summary>Records that would be delivered again by whoever knows nothing of this life.</summary>
    public long Done => Succeeded + Destination + Dropped;

    /// <summary>Whether nothing is missing and nothing is counted twice.</summary>
    public bool Balanced => Polled == Succeeded + Filtered + Destination + Dropped + Returned + Skipped + InFlight;
}
