using System.Buffers.Text;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary>Reads IP addresses from UTF-8 without allocating.</summary>
internal static class IpText
{
    /// <summary>Reads an address into 16 bytes; <paramref name="length"/> is 4 or 16.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> into, out int length)
    {
        length = text.Contains((byte)':') ? 16 : 4;
        return length == 4 ? TryParse4(text, into) : TryParse6(text, into[..16]);
    }

    private static bool TryParse4(ReadOnlySpan<byte> text, Span<byte> into)
    {
        for (var i = 0; i < 4; i++)
        {
            if (!TakeByte(ref text, out into[i]) || (i < 3 && !TakeDot(ref text)))
            {
                return false;
            }
        }

        return text.IsEmpty;
    }

    private static bool TakeByte(ref ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.IsEmpty || text[0] is < (byte)'0' or > (byte)'9' || !Utf8Parser.TryParse(text, out value, out int used))
        {
            return false;
        }

        text = text[used..];
        return true;
    }

    private static bool TakeDot(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '.')
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    /// <summary>Groups of hexadecimal digits; <c>::</c>, once, stands for the zeros that are missing.</summary>
    private static bool TryParse6(ReadOnlySpan<byte> text, Span<byte> into)
    {
        into.Clear();
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryGroups(text, into, out var all) && all == 16;
        }

        Span<byte> end = stackalloc byte[16];
        if (!TryGroups(text[..gap], into, out var before) || !TryGroups(text[(gap + 2)..], end, out var after) || before + after > 14)
        {
            return false;
        }

        end[..after].CopyTo(into[(16 - after)..]);
        return true;
    }

    private static bool TryGroups(ReadOnlySpan<byte> text, Span<byte> into, out int written)
    {
        written = 0;
        while (!text.IsEmpty)
        {
            if (written == 16 || !Utf8Parser.TryParse(text, out ushort group, out int used, 'x') || used > 4)
            {
                return false;
            }

            into[written++] = (byte)(group >> 8);
            into[written++] = (byte)group;
            text = text[used..];
            if (!text.IsEmpty && (text[0] != ':' || text.Length == 1))
            {
                return false;
            }

            text = text.IsEmpty ? text : text[1..];
        }

        return true;
    }
}
