using System.Text;
using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>wildcard</c>: <c>*</c> stands for any bytes; <c>\*</c> and <c>\\</c> for themselves.</summary>
internal sealed class WildcardTest : IValueTest
{
    /// <summary>What stands between the stars; one part where there is no star. The first begins the text, the last ends it.</summary>
    private readonly byte[][] _parts;

    private WildcardTest(byte[][] parts) => _parts = parts;

    /// <summary>Reads a pattern; the error is in EventBridge's words.</summary>
    public static WildcardTest? Parse(string pattern, out string? error)
    {
        // EventBridge counts positions with the opening quote.
        var bytes = Encoding.UTF8.GetBytes(pattern);
        var (parts, part) = (new List<byte[]>(), new List<byte>());
        error = null;
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = i + 1 < bytes.Length ? bytes[i + 1] : (byte)0;
            switch (bytes[i])
            {
                case (byte)'*' when next == '*':
                    error = $"Consecutive wildcard characters at pos {i + 1}";
                    return null;
                case (byte)'*':
                    parts.Add([.. part]);
                    part.Clear();
                    break;
                case (byte)'\\' when next is (byte)'*' or (byte)'\\':
                    part.Add(next);
                    i++;
                    break;
                case (byte)'\\':
                    error = $"Invalid escape character at pos {i + 1}";
                    return null;
                default:
                    part.Add(bytes[i]);
                    break;
            }
        }

        parts.Add([.. part]);
        return new WildcardTest([.. parts]);
    }

    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        var (first, last) = (_parts[0], _parts[^1]);
        if (kind != JsonTokenType.String)
        {
            return false;
        }

        if (_parts.Length == 1)
        {
            return text.SequenceEqual(first);
        }

        if (text.Length < first.Length + last.Length || !text.StartsWith(first) || !text.EndsWith(last))
        {
            return false;
        }

        return Middle(text[first.Length..^last.Length]);
    }

    /// <summary>The leftmost place of each part leaves the most room for the next: no need to try others.</summary>
    private bool Middle(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < _parts.Length - 1; i++)
        {
            var at = text.IndexOf(_parts[i]);
            if (at < 0)
            {
                return false;
            }

            text = text[(at + _parts[i].Length)..];
        }

        return true;
    }
}
