using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>exists: true</c>: any value that is not an object or an array.</summary>
internal sealed class ExistsTest : IValueTest
{
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text) => true;
}
