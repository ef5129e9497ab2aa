using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary>What one field of a pattern may be: one of several values, or absent.</summary>
/// <param name="tests">The values.</param>
/// <param name="absent">Whether the field may be absent (<c>exists: false</c>).</param>
internal sealed class ValueSet(IValueTest[] tests, bool absent)
{
    /// <summary>Whether the field may be absent.</summary>
    public bool Absent => absent;

    /// <summary>Whether a value is one of those wanted.</summary>
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        foreach (var test in tests)
        {
            if (test.Matches(kind, text))
            {
                return true;
            }
        }

        return false;
    }
}
