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

    /// <summary>What is kept of a batch whose records have new positions in the next life.</summary>
    public static TroubledBatch ByContent(Batch batch, IReadOnlyList<long> fingerprints)
    {
        var trouble = Of(batch, []);
        (trouble.Fingerprints, trouble.GivenUp) = (fingerprints, batch.GivenUp?.ToString());
        return trouble;
    }

    /// <summary>
    /// What was kept and is no longer in trouble, each record once: its outcome is known, but the source may not have heard of it
    /// yet, and then it comes again.
    /// </summary>
    public static List<TroubledBatch> Settled(IReadOnlyList<TroubledBatch> before, IReadOnlyList<TroubledBatch> now)
    {
        if (before.Count == 0)
        {
            return [];
        }

        var still = now.SelectMany(t => t.Fingerprints ?? []).GroupBy(print => print).ToDictionary(g => g.Key, g => g.Count());
        var settled = new List<TroubledBatch>();
        foreach (var batch in before)
        {
            var gone = (batch.Fingerprints ?? []).Where(print => !Taken(still, print)).ToArray();
            if (gone.Length > 0)
            {
                settled.Add(batch with { Fingerprints = gone, Count = gone.Length });
            }
        }

        return settled;
    }

    /// <summary>Whether two checkpoints keep the same batches.</summary>
    public static bool Same(IReadOnlyList<TroubledBatch> one, IReadOnlyList<TroubledBatch> other)
        => one.Count == other.Count && one.Zip(other).All(pair => Same(pair.First, pair.Second));

    private static bool Same(TroubledBatch one, TroubledBatch other)
        => one with { Fingerprints = null } == other with { Fingerprints = null }
            && (one.Fingerprints ?? []).SequenceEqual(other.Fingerprints ?? []);

    /// <summary>Takes one of the records with that fingerprint; false where there is none left.</summary>
    private static bool Taken(Dictionary<long, int> left, long print)
        => left.TryGetValue(print, out var count) && count > 0 && (left[print] = count - 1) >= 0;

    /// <summary>The batch of an earlier life, with its history; of those records that are known already.</summary>
    public static Batch Restore(TroubledBatch trouble, int lane, long[] numbers) => new(lane, numbers)
    {
        Attempts = trouble.Attempts,
        Invocations = Math.Max(trouble.Invocations, trouble.Attempts),
        LastFailure = FailureOf(trouble),
        FirstFailureMs = trouble.FirstFailureMs,
        GivenUp = Enum.TryParse<GiveUpReason>(trouble.GivenUp, out var reason) ? reason : null,
    };

    /// <summary>The last failure of a batch of an earlier life; null where the checkpoint does not say.</summary>
    private static BatchFailure? FailureOf(TroubledBatch trouble)
        => trouble.RequestId is { } id
            ? new BatchFailure(id, trouble.Error ?? "", trouble.FunctionError, trouble.ExecutedVersion ?? "")
            : null;
}
