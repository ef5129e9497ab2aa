using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Pipeline.Shards;

/// <summary>Records that are invoked together, and what happened to them so far.</summary>
internal sealed class Batch(int lane, long[] numbers)
{
    /// <summary>The lane that the batch blocks.</summary>
    public int Lane { get; set; } = lane;

    /// <summary>Numbers of the records in the window, ascending.</summary>
    public long[] Numbers
    {
        get;
        set => (field, Fingerprints) = (value, null);
    }
    = numbers;

    /// <summary>The records' fingerprints, once a checkpoint has asked for them; null before.</summary>
    public long[]? Fingerprints { get; set; }

    /// <summary>How many records there are.</summary>
    public int Count => Numbers.Length;

    /// <summary>Failed invocations that count against MaximumRetryAttempts.</summary>
    public int Attempts { get; set; }

    /// <summary>Throttled or impossible invocations since the last one that ran; they only make the wait longer.</summary>
    public int Throttles { get; set; }

    /// <summary>All invocations, for approximateInvokeCount.</summary>
    public int Invocations { get; set; }

    /// <summary>Milliseconds since 1970 of the first failure; 0 before.</summary>
    public long FirstFailureMs { get; set; }

    /// <summary>Milliseconds since 1970 before which it is not tried.</summary>
    public long NotBeforeMs { get; set; }

    /// <summary>Why it is given up; null while it is to be invoked.</summary>
    public GiveUpReason? GivenUp { get; set; }

    /// <summary>True until the records of a batch of an earlier life are all read again.</summary>
    public bool Restoring { get; set; }

    /// <summary>Its place among the remembered batches of an earlier life, from 1; 0 for a batch of this life, before them all.</summary>
    public int Rank { get; set; }

    /// <summary>The tumbling window that it runs in; set when it is begun, null without windows.</summary>
    public BatchWindow? Window { get; set; }

    /// <summary>How the last try failed; null before the first failure.</summary>
    public BatchFailure? LastFailure { get; set; }

    /// <summary>Why the destination could not take it; null before that.</summary>
    public string? DestinationError { get; set; }

    /// <summary>Whether a checkpoint has to remember more than that the records are not done.</summary>
    public bool InTrouble => Attempts > 0 || FirstFailureMs > 0;

    /// <summary>A batch of some of the records, with the same history.</summary>
    public Batch Part(int lane, long[] numbers) => new(lane, numbers)
    {
        Attempts = Attempts,
        Throttles = Throttles,
        Invocations = Invocations,
        FirstFailureMs = FirstFailureMs,
        NotBeforeMs = NotBeforeMs,
        GivenUp = GivenUp,
        LastFailure = LastFailure,
        DestinationError = DestinationError,
        Rank = Rank,
    };
}
