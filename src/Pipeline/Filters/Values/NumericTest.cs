using System.Globalization;
using System.Text.Json;

namespace Dispatcher.Pipeline.Filters.Values;

/// <summary><c>numeric</c>: JSON numbers in a range, compared by value as IEEE 754 doubles.</summary>
/// <param name="Bottom">The smallest, or negative infinity.</param>
/// <param name="OpenBottom">Whether the smallest itself is outside.</param>
/// <param name="Top">The largest, or infinity.</param>
/// <param name="OpenTop">Whether the largest itself is outside.</param>
internal sealed record NumericTest(double Bottom, bool OpenBottom, double Top, bool OpenTop) : IValueTest
{
    /// <summary>A number that no double can hold matches nothing.</summary>
    public bool Matches(JsonTokenType kind, ReadOnlySpan<byte> text)
        => kind == JsonTokenType.Number && TryRead(text, out var value)
            && (OpenBottom ? value > Bottom : value >= Bottom)
            && (OpenTop ? value < Top : value <= Top);

    /// <summary>Reads a JSON number; false where it is beyond a double.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
