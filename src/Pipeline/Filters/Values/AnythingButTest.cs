using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>anything-but</c>: every value, of whatever type, but those that the tests within match.</summary>
internal sealed class AnythingButTest(IValueTest[] but) : IValueTest
{
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
    {
        foreach (var test in but)
        {
            if (test.Matches(kind, text))
            {
                return false;
            }
        }

        return true;
    }
}
