using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary>One operator of a pattern, asked for one value of an event.</summary>
internal interface IValueTest
{
    /// <summary>Whether the value is one of those wanted.</summary>
    /// <param name="kind">String, Number, True, False or Null.</param>
    /// <param name="text">The string without quotes and escapes, or the number as it stands in the event.</param>
    bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text);
}
