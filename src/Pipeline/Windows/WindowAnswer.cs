using System.Text.Json;

namespace Dispatcher.Pipeline.Windows;

/// <summary>Finds the state in a function's answer.</summary>
internal static class WindowAnswer
{
    /// <summary>The JSON of the member <c>state</c>; false where there is none or the answer is not a JSON object.</summary>
    public static bool TryReadState(ReadOnlySpan<byte> answer, out byte[] state)
    {
        state = [];
        var found = false;
        try
        {
            var reader = new Utf8JsonReader(answer);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isState = reader.ValueTextEquals("state"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isState)
                {
                    found = reader.TokenType != JsonTokenType.Null;
                    state = answer[start..(int)reader.BytesConsumed].ToArray();
                }
            }

            // The rest must be JSON too: half an answer says nothing.
            return !reader.Read() && found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or names with text that is not Unicode.
            return false;
        }
    }
}
