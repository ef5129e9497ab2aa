namespace Dispatcher.Contracts.Checkpoints;

/// <summary>
/// A batch that failed and is not given up: what a restart needs to go on with the same records, the same attempt and
/// the same age. A bisected batch leaves one entry per part, in order.
/// </summary>
/// <param name="Ranges">The records, as ranges of positions of this batch's lane; ascending, not empty.</param>
/// <param name="Count">Records in the batch: a range may hold records of other lanes too.</param>
/// <param name="Attempts">Invocations that failed and count against MaximumRetryAttempts.</param>
/// <param name="FirstFailureMs">Milliseconds since 1970 of the first failure; 0 for a part that was not tried yet.</param>
public sealed record TroubledBatch(
    IReadOnlyList<PositionRange> Ranges,
    int Count,
    int Attempts,
    long FirstFailureMs);
