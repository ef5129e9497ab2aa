using System.IO.Pipelines;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Runtimes;

/// <summary>Hands a body on while it comes, as fast as its reader takes it.</summary>
internal static class StreamedBody
{
    /// <summary>
    /// Copies a body to its end; false where it is larger than <see cref="Limits.StreamedAnswerBytes"/> (then the reader
    /// stands past the limit, and what fits was handed on).
    /// </summary>
    /// <param name="reader">The body.</param>
    /// <param name="sink">Who gets it.</param>
    /// <param name="version">The version that answers.</param>
    /// <param name="cancellation">Stops the copying.</param>
    public static async ValueTask<bool> CopyAsync(
        PipeReader reader, IAnswerSink sink, string version, CancellationToken cancellation)
    {
        for (long left = Limits.StreamedAnswerBytes; ;)
        {
            var read = await reader.ReadAsync(cancellation);
            var part = read.Buffer.Slice(0, Math.Min(left, read.Buffer.Length));
            var fits = part.Length == read.Buffer.Length;
            left -= part.Length;
            if (!part.IsEmpty)
            {
                await sink.WriteAsync(version, part, cancellation);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (!fits || read.IsCompleted)
            {
                return fits;
            }
        }
    }
}
