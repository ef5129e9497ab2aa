using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Workers.Processes;

/// <summary>The last <see cref="Limits.LogTailBytes"/> of what was written. Not thread-safe.</summary>
internal sealed class LogTail
{
    private readonly byte[] _ring = new byte[Limits.LogTailBytes];
    private int _next;
    private int _kept;

    /// <summary>Forgets everything.</summary>
    public void Clear() => (_next, _kept) = (0, 0);

    /// <summary>Appends bytes; the oldest ones go.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _ring.Length)
        {
            bytes = bytes[^_ring.Length..];
        }

        var first = Math.Min(bytes.Length, _ring.Length - _next);
        bytes[..first].CopyTo(_ring.AsSpan(_next));
        bytes[first..].CopyTo(_ring);
        _next = (_next + bytes.Length) % _ring.Length;
        _kept = Math.Min(_kept + bytes.Length, _ring.Length);
    }

    /// <summary>A copy of what is kept, oldest byte first.</summary>
    public byte[] ToArray()
    {
        var copy = new byte[_kept];
        var start = (_next - _kept + _ring.Length) % _ring.Length;
        var first = Math.Min(_kept, _ring.Length - start);
        _ring.AsSpan(start, first).CopyTo(copy);
        _ring.AsSpan(0, _kept - first).CopyTo(copy.AsSpan(first));
        return copy;
    }
}
