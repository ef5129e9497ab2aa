using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>equals-ignore-case</c>, alone or inside <c>prefix</c> and <c>suffix</c>. Case is Unicode's simple mapping.</summary>
internal sealed class IgnoreCaseTest : IValueTest
{
    private readonly (Rune Lower, Rune Upper)[] _wanted;
    private readonly TextPart _part;

    /// <param name="wanted">The text in any case.</param>
    /// <param name="part">The part that is compared.</param>
    public IgnoreCaseTest(string wanted, TextPart part)
        => (_wanted, _part) = ([.. wanted.EnumerateRunes().Select(r => (Rune.ToLowerInvariant(r), Rune.ToUpperInvariant(r)))], part);

    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        if (kind != JsonTokenType.String)
        {
            return false;
        }

        return _part == TextPart.Suffix ? Ends(text) : Begins(text, out var rest) && (_part == TextPart.Prefix || rest == 0);
    }

    private bool Begins(ReadOnlySpan<byte> text, out int rest)
    {
        rest = text.Length;
        foreach (var (lower, upper) in _wanted)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var bytes) != OperationStatus.Done || (rune != lower && rune != upper))
            {
                return false;
            }

            text = text[bytes..];
        }

        rest = text.Length;
        return true;
    }

    private bool Ends(ReadOnlySpan<byte> text)
    {
        for (var i = _wanted.Length - 1; i >= 0; i--)
        {
            var (lower, upper) = _wanted[i];
            if (Rune.DecodeLastFromUtf8(text, out var rune, out var bytes) != OperationStatus.Done || (rune != lower && rune != upper))
            {
                return false;
            }

            text = text[..^bytes];
        }

        return true;
    }
}
