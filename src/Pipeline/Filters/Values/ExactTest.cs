using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary>Texts as they are: strings byte by byte, numbers digit by digit (300 is neither 300.0 nor 3.0e2), as in AWS.</summary>
internal sealed class ExactTest : IValueTest
{
    /// <summary>Up to so many are compared one after the other: faster than a hash.</summary>
    private const int Few = 4;

    private readonly JsonTokenType _kind;
    private readonly byte[][] _few;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _many;

    /// <param name="kind">String or Number.</param>
    /// <param name="wanted">The texts.</param>
    public ExactTest(JsonTokenType kind, IEnumerable<byte[]> wanted)
    {
        var all = wanted.ToHashSet(Utf8Comparer.Instance);
        (_kind, _few) = (kind, all.Count <= Few ? [.. all] : []);
        _many = all.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        if (kind != _kind)
        {
            return false;
        }

        if (_few.Length == 0)
        {
            return _many.Contains(text);
        }

        foreach (var one in _few)
        {
            if (text.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}
