using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>Shows input values in validation messages the way the service prints them.</summary>
internal static class InputText
{
    /// <summary>Characters of a value that a message shows at most: a message is to be read.</summary>
    private const int Longest = 4_096;

    /// <summary>The value as a message shows it: <c>x</c>, <c>[a, b]</c>, <c>{a=b}</c>.</summary>
    public static string Show(JsonNode value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.Length > Longest ? text.ToString(0, Longest) + "…" : text.ToString();
    }

    private static void Append(StringBuilder text, JsonNode? value)
    {
        switch (value)
        {
            case JsonArray list:
                text.Append('[');
                AppendAll(text, list, static (text, item) => Append(text, item));
                text.Append(']');
                break;
            case JsonObject map:
                text.Append('{');
                AppendAll(text, map, static (text, pair) => Append(text.Append(pair.Key).Append('='), pair.Value));
                text.Append('}');
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                text.Append(scalar.GetValue<string>());
                break;
            default:
                text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, IEnumerable<T> items, Action<StringBuilder, T> append)
    {
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ", ");
            first = false;
            append(text, item);
            if (text.Length > Longest)
            {
                return;
            }
        }
    }
}
