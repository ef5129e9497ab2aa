using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>suffix</c>: strings that end so.</summary>
internal sealed class SuffixTest(byte[] suffix) : IValueTest
{
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text) => kind == JsonTokenType.String && text.EndsWith(suffix);
}
