using System.Text;
using System.Text.Json;
using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters.Patterns;

/// <summary>Reads <c>numeric</c>: <c>["=", n]</c>, one bound, or a lower and then an upper bound.</summary>
internal static class NumericParser
{
    /// <summary>The range; null with an error in EventBridge's words.</summary>
    public static NumericTest? Parse(JsonElement list, out string? error)
    {
        error = null;
        if (list.ValueKind != JsonValueKind.Array)
        {
            error = "Value of numeric must be an array.";
            return null;
        }

        var items = list.EnumerateArray().ToArray();
        if (items.Length == 0 || items[0].ValueKind != JsonValueKind.String)
        {
            error = "Invalid member in numeric match: " + (items.Length == 0 ? "]" : items[0].GetRawText());
            return null;
        }

        var sign = items[0].GetString()!;
        if (sign is not ("=" or ">" or ">=" or "<" or "<="))
        {
            error = "Unrecognized numeric range operator: " + sign;
            return null;
        }

        if (!Number(items, 1, sign == "=" ? "equals" : sign, out var value, out error))
        {
            return null;
        }

        if (items.Length > 2)
        {
            return sign[0] == '>' ? Range(items, value, sign == ">", out error) : TooMany(out error);
        }

        return sign switch
        {
            "=" => new NumericTest(value, false, value, false),
            ">" or ">=" => new NumericTest(value, sign == ">", double.PositiveInfinity, false),
            _ => new NumericTest(double.NegativeInfinity, false, value, sign == "<"),
        };
    }

    private static NumericTest? Range(JsonElement[] items, double bottom, bool openBottom, out string? error)
    {
        if (items[2].ValueKind != JsonValueKind.String)
        {
            error = "Bad value in numeric range: " + items[2].GetRawText();
            return null;
        }

        var sign = items[2].GetString()!;
        if (sign is not ("<" or "<="))
        {
            error = "Bad numeric range operator: " + sign;
            return null;
        }

        if (!Number(items, 3, sign, out var top, out error))
        {
            return null;
        }

        error = items.Length > 4 ? "Too many terms in numeric range expression" : bottom >= top ? "Bottom must be less than top" : null;
        return error is null ? new NumericTest(bottom, openBottom, top, sign == "<") : null;
    }

    private static bool Number(JsonElement[] items, int index, string name, out double value, out string? error)
    {
        (value, error) = (0, null);
        if (index >= items.Length || items[index].ValueKind != JsonValueKind.Number)
        {
            error = $"Value of {name} must be numeric";
        }
        else if (!NumericTest.TryRead(Encoding.UTF8.GetBytes(items[index].GetRawText()), out value))
        {
            error = "Cannot compare number : " + items[index].GetRawText();
        }

        return error is null;
    }

    private static NumericTest? TooMany(out string? error)
    {
        error = "Too many elements in numeric expression";
        return null;
    }
}
