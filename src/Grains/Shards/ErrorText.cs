using System.Text;
using System.Text.Json;
using Dispatcher.Contracts;

namespace Dispatcher.Grains.Shards;

/// <summary>The readable part of a function's error answer.</summary>
internal static class ErrorText
{
    /// <summary>Its errorMessage; the answer itself, shortened, where it has none.</summary>
    public static string Of(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("errorMessage"u8)
                    && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    return Short(reader.GetString()!);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON: the text itself is all there is to show.
            return Short(Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, Limits.ErrorTextChars)]));
        }

        return Short(Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, Limits.ErrorTextChars)]));
    }

    private static string Short(string text) => text.Length <= Limits.ErrorTextChars ? text : text[..Limits.ErrorTextChars];
}
