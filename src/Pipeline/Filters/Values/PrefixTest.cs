using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>prefix</c>: strings that begin so.</summary>
internal sealed class PrefixTest(byte[] prefix) : IValueTest
{
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text) => kind == JsonTokenType.String && text.StartsWith(prefix);
}
