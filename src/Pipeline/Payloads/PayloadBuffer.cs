using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>The pooled memory of one encoded batch. Written once, read by the invocation, then given back.</summary>
internal sealed class PayloadBuffer(int capacity) : IDisposable
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5f).Select(b => (byte)b).Where(b => b is not ((byte)'"' or (byte)'\\'))]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Makes room for so many more bytes; what is written until the next call must fit.</summary>
    public void Ensure(int more) => PooledBytes.Ensure(ref _bytes, Length, more);

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes a whole number.</summary>
    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Writes bytes in base64, without quotes.</summary>
    public void Base64(ReadOnlySpan<byte> bytes)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, _bytes.AsSpan(Length), out _, out var written);
        Length += written;
    }

    /// <summary>Sets aside bytes for the caller to fill.</summary>
    public Span<byte> Take(int bytes)
    {
        var span = _bytes.AsSpan(Length, bytes);
        Length += bytes;
        return span;
    }

    /// <summary>Begins anew in the same memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Takes the last byte back.</summary>
    public void DropLast() => Length--;

    /// <summary>Writes UTF-8 text inside a JSON string, escaped where JSON demands it; broken UTF-8 becomes U+FFFD.</summary>
    public void Escaped(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.ContainsAnyExcept(Plain))
        {
            Raw(utf8);
            return;
        }

        var encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        encoder.EncodeUtf8(utf8, _bytes.AsSpan(Length), out _, out var written);
        Length += written;
    }

    /// <summary>Writes text inside a JSON string, escaped; makes room by itself.</summary>
    public void Escaped(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Ensure(EscapedBound(utf8.Length));
        Escaped(utf8);
    }

    /// <summary>Bytes that escaped text takes at most: \uXXXX for every byte.</summary>
    public static int EscapedBound(int utf8Bytes) => utf8Bytes * 6;

    /// <summary>Bytes that this text takes at most when it is escaped: close to the truth, which a batch of large texts needs.</summary>
    public static int EscapedBound(ReadOnlySpan<byte> utf8)
    {
        var plain = utf8.IndexOfAnyExcept(Plain);
        if (plain < 0)
        {
            return utf8.Length;
        }

        var size = plain;
        foreach (var one in utf8[plain..])
        {
            // A character above U+FFFF is written as two halves: 12 bytes for 4. What is no UTF-8 becomes one of 3 bytes.
            size += one < 0x20 || one == 0x7f ? 6 : one is (byte)'"' or (byte)'\\' ? 2 : one < 0x80 ? 1 : 6;
        }

        return size;
    }

    /// <summary>Bytes that base64 takes.</summary>
    public static int Base64Bound(int bytes) => (bytes + 2) / 3 * 4;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, Length) = ([], 0);
    }
}
