namespace Dispatcher.Pipeline.Shards;

/// <summary>How the invocation of a batch ended. What nobody knows is <see cref="NotRun"/> or <see cref="Failed"/>, never success.</summary>
internal abstract record BatchResult
{
    private BatchResult()
    {
    }

    /// <summary>All records are dealt with.</summary>
    /// <param name="State">The state of the tumbling window, JSON; empty without windows.</param>
    public sealed record Succeeded(ReadOnlyMemory<byte> State = default) : BatchResult
    {
        public static readonly Succeeded Instance = new();
    }

    /// <summary>The function ran and failed; counts as an attempt.</summary>
    public sealed record Failed(BatchFailure Failure) : BatchResult;

    /// <summary>The function named the first record of a batch in order that failed; those before it are dealt with.</summary>
    /// <param name="FirstFailed">Index in the batch, 0..Count-1.</param>
    /// <param name="Failure">What to show.</param>
    public sealed record FailedFrom(int FirstFailed, BatchFailure Failure) : BatchResult
    {
        /// <summary>The state of the tumbling window after the records before; empty where none was told.</summary>
        public ReadOnlyMemory<byte> State { get; init; }
    }

    /// <summary>The function named the records that failed; all others are dealt with (sources without order).</summary>
    public sealed record FailedSome(IReadOnlySet<int> FailedIndexes, BatchFailure Failure) : BatchResult
    {
        /// <summary>The state of the window after the records that went well; empty where none was told.</summary>
        public ReadOnlyMemory<byte> State { get; init; }
    }

    /// <summary>It was not begun because the shard stops: it goes back as it was.</summary>
    public sealed record NotBegun : BatchResult
    {
        public static readonly NotBegun Instance = new();
    }

    /// <summary>The function did not run (throttle, no host); counts as no attempt.</summary>
    public sealed record NotRun(BatchFailure Failure) : BatchResult;

    /// <summary>A single record makes an event that no function can take; it is never invoked.</summary>
    public sealed record TooLarge(BatchFailure Failure) : BatchResult;

    /// <summary>The given-up batch is safe in the destination, or dropped because there is none.</summary>
    /// <param name="Dropped">True where there is no destination.</param>
    public sealed record HandedOver(bool Dropped) : BatchResult;

    /// <summary>The destination could not take it: tried again, nothing is passed.</summary>
    public sealed record HandOverFailed(string Text) : BatchResult;
}
