using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>true</c>, <c>false</c> or <c>null</c>.</summary>
internal sealed class LiteralTest(JsonTokenType literal) : IValueTest
{
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text) => kind == literal;
}
