using System.Buffers;

namespace Dispatcher.Contracts.Invocations;

/// <summary>
/// Takes an answer part by part while the function still runs. One writer at a time, none any more after the call's outcome.
/// </summary>
public interface IAnswerSink
{
    /// <summary>Whether a part was taken: from then on a failure cannot be told by a status any more.</summary>
    bool HasBegun { get; }

    /// <summary>
    /// Takes the next part. Returns when the caller has room for more, which is what slows a function down; at once where the
    /// caller has gone, because the function runs on to its end.
    /// </summary>
    /// <param name="version">The version that runs, for the head of the answer.</param>
    /// <param name="part">Some bytes; not read any more after the return.</param>
    /// <param name="cancellation">Ends the waiting. The part was taken even so.</param>
    ValueTask WriteAsync(string version, ReadOnlySequence<byte> part, CancellationToken cancellation);
}
