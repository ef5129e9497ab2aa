namespace Dispatcher.Contracts.Checkpoints;

/// <summary>
/// A batch that failed and is not dealt with: what a restart needs to go on with the same records, the same attempt and
/// the same age. A bisected batch leaves one entry per part, in order.
/// </summary>
/// <param name="Ranges">The records, as ranges of positions of this batch's lane; ascending; empty for the final invocation of a window, and beside fingerprints.</param>
/// <param name="Count">Records in the batch; the ranges hold no others.</param>
/// <param name="Attempts">Invocations that failed and count against MaximumRetryAttempts.</param>
/// <param name="FirstFailureMs">Milliseconds since 1970 of the first failure; 0 for a part that was not tried yet.</param>
public sealed record TroubledBatch(
    IReadOnlyList<PositionRange> Ranges,
    int Count,
    int Attempts,
    long FirstFailureMs)
{
    /// <summary>Invocations that failed, those of bisected batches included; 0 in checkpoints that do not say.</summary>
    public int Invocations { get; set; }

    /// <summary>
    /// The records by what they are, in place of <see cref="Ranges"/>: for sources whose positions are new in every life. Null
    /// for all others; at most <see cref="Limits.RememberedBatchRecords"/>.
    /// </summary>
    public IReadOnlyList<long>? Fingerprints { get; set; }

    /// <summary>The condition under which it was given up; null where it was not, or where that follows from the rest.</summary>
    public string? GivenUp { get; set; }

    /// <summary>The last failed invocation; null where that is not known.</summary>
    public Guid? RequestId { get; set; }

    /// <summary><c>Handled</c> or <c>Unhandled</c>; null where the function reported failed records.</summary>
    public string? FunctionError { get; set; }

    /// <summary>The version that ran last.</summary>
    public string? ExecutedVersion { get; set; }

    /// <summary>The last error's text, at most <see cref="Limits.CheckpointErrorChars"/>.</summary>
    public string? Error { get; set; }
}
