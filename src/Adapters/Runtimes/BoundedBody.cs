using System.Buffers;
using System.IO.Pipelines;
using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Runtimes;

/// <summary>Reads a body whose size is not to be trusted.</summary>
internal static class BoundedBody
{
    /// <summary>Reads all of a body; null where it is larger than the limit (then the reader stands past the limit).</summary>
    /// <param name="reader">The body.</param>
    /// <param name="length">Its length where known.</param>
    /// <param name="limit">The most bytes to take.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(
        PipeReader reader, long? length, int limit, CancellationToken cancellation)
    {
        if (length > limit)
        {
            return null;
        }

        var body = new ArrayBufferWriter<byte>((int)Math.Max(length ?? 4096, 1));
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            if (body.WrittenCount + read.Buffer.Length > limit)
            {
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }

            foreach (var part in read.Buffer)
            {
                body.Write(part.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return body.WrittenMemory;
            }
        }
    }

    /// <summary>Throws away what is left of a body, so that its sender can read an answer; false where it is endless.</summary>
    public static async ValueTask<bool> DiscardAsync(PipeReader reader, CancellationToken cancellation)
    {
        for (long gone = 0; gone <= Limits.DiscardedBodyBytes;)
        {
            var read = await reader.ReadAsync(cancellation);
            gone += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }
}
