using System.Buffers.Text;
using System.Text;

namespace Dispatcher.Pipeline.Filters;

/// <summary>Takes the escapes out of a JSON string that a reader has found to be well formed.</summary>
internal static class JsonEscapes
{
    /// <summary>
    /// Writes the plain text and returns its length, which is never above that of the escaped one. Half a surrogate pair becomes
    /// U+FFFD.
    /// </summary>
    public static int Undo(ReadOnlySpan<byte> escaped, Span<byte> into)
    {
        var written = 0;
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            escaped[..at].CopyTo(into[written..]);
            written += at;
            var kind = escaped[at + 1];
            escaped = escaped[(at + 2)..];
            if (kind == 'u')
            {
                written += Take(ref escaped).EncodeToUtf8(into[written..]);
            }
            else
            {
                into[written++] = Plain(kind);
            }
        }

        escaped.CopyTo(into[written..]);
        return written + escaped.Length;
    }

    private static byte Plain(byte kind) => kind switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => kind,
    };

    /// <summary>Four digits, and the other half where they are the first of a pair.</summary>
    private static Rune Take(ref ReadOnlySpan<byte> rest)
    {
        var first = Digits(rest);
        rest = rest[4..];
        if (Rune.TryCreate(first, out var rune))
        {
            return rune;
        }

        if (rest.StartsWith("\\u"u8) && Rune.TryCreate(first, Digits(rest[2..]), out var pair))
        {
            rest = rest[6..];
            return pair;
        }

        return Rune.ReplacementChar;
    }

    private static char Digits(ReadOnlySpan<byte> text)
    {
        Utf8Parser.TryParse(text[..4], out ushort value, out _, 'x');
        return (char)value;
    }
}
