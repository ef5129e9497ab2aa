using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Pipeline.Retries;

/// <summary>What is done with a batch that failed.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Try it again, not before that time (milliseconds since 1970).</summary>
    public sealed record RetryAt(long NotBeforeMs) : Verdict;

    /// <summary>Try it again in two parts, the second from that index on.</summary>
    public sealed record SplitAt(int Index, long NotBeforeMs) : Verdict;

    /// <summary>Hand it to the destination.</summary>
    public sealed record GiveUp(GiveUpReason Reason) : Verdict;
}
