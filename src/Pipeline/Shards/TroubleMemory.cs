using Dispatcher.Contracts;
using Dispatcher.Contracts.Checkpoints;

namespace Dispatcher.Pipeline.Shards;

/// <summary>A batch in trouble as a checkpoint keeps it: enough to go on, and to write the on-failure record after a restart.</summary>
internal static class TroubleMemory
{
    /// <summary>What is kept of a batch.</summary>
    public static TroubledBatch Of(Batch batch, IReadOnlyList<PositionRange> ranges)
    {
        var trouble = new TroubledBatch(ranges, batch.Count, batch.Attempts, batch.FirstFailureMs) { Invocations = batch.Invocations };
        if (batch.LastFailure is { } failure)
        {
            trouble.RequestId = failure.RequestId;
            trouble.FunctionError = failure.FunctionError;
            trouble.ExecutedVersion = failure.ExecutedVersion;
            trouble.Error = failure.Text.Length <= Limits.CheckpointErrorChars ? failure.Text : failure.Text[..Limits.CheckpointErrorChars];
        }

        return trouble;
    }

    /// <summary>The batch of an earlier life, with its history; of those records that are known already.</summary>
    public static Batch Restore(TroubledBatch trouble, int lane, long[] numbers) => new(lane, numbers)
    {
        Attempts = trouble.Attempts,
        Invocations = Math.Max(trouble.Invocations, trouble.Attempts),
        LastFailure = FailureOf(trouble),
        FirstFailureMs = trouble.FirstFailureMs,
    };

    /// <summary>The last failure of a batch of an earlier life; null where the checkpoint does not say.</summary>
    private static BatchFailure? FailureOf(TroubledBatch trouble)
        => trouble.RequestId is { } id
            ? new BatchFailure(id, trouble.Error ?? "", trouble.FunctionError, trouble.ExecutedVersion ?? "")
            : null;
}
