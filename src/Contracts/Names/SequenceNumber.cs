using System.Buffers.Text;
using System.Globalization;

namespace Dispatcher.Contracts.Names;

/// <summary>
/// The text form of a position in an embedded stream: 56 digits as Kinesis prints them, so that clients which sort,
/// compare as text or parse as a big integer see the order of the records.
/// </summary>
public static class SequenceNumber
{
    /// <summary>Digits of every sequence number.</summary>
    public const int Length = 56;

    private const string Prefix = "49";

    private static ReadOnlySpan<byte> Zeros => "49000000000000000000000000000000000000000000000000000000"u8;

    /// <summary>The sequence number of a position (0 or more).</summary>
    public static string Format(long position) => string.Create(Length, position, static (span, value) => Write(value, span));

    /// <summary>Writes the sequence number of a position into 56 characters.</summary>
    public static void Write(long position, Span<char> into)
    {
        Prefix.CopyTo(into);
        into[Prefix.Length..].Fill('0');
        for (var i = Length - 1; position > 0; i--, position /= 10)
        {
            into[i] = (char)('0' + (position % 10));
        }
    }

    /// <summary>Writes the sequence number of a position into 56 ASCII bytes.</summary>
    public static void Write(long position, Span<byte> into)
    {
        Zeros.CopyTo(into);
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(position, digits, out var count);
        digits[..count].CopyTo(into[(Length - count)..]);
    }

    /// <summary>Reads a sequence number that <see cref="Format"/> wrote.</summary>
    public static bool TryParse(string? text, out long position)
    {
        position = 0;
        return text is { Length: Length } && text.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out position);
    }
}
