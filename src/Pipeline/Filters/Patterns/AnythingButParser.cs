using System.Text;
using System.Text.Json;
using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters.Patterns;

/// <summary>
/// Reads <c>anything-but</c>: strings, numbers, or <c>prefix</c>, <c>suffix</c>, <c>equals-ignore-case</c> and <c>wildcard</c>
/// of one string or several.
/// </summary>
internal static class AnythingButParser
{
    private const string Types = "Inside anything but list, start|null|boolean is not supported.";

    /// <summary>The test; null with an error in EventBridge's words.</summary>
    public static AnythingButTest? Parse(JsonElement value, out string? error)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return Nested(value, out error);
            case JsonValueKind.Array:
                return Exact([.. value.EnumerateArray()], out error);
            case JsonValueKind.String or JsonValueKind.Number:
                return Exact([value], out error);
            default:
                error = "Value of anything-but must be an array or single string/number value.";
                return null;
        }
    }

    private static AnythingButTest? Exact(JsonElement[] values, out string? error)
    {
        var texts = values.Count(v => v.ValueKind == JsonValueKind.String);
        var numbers = values.Count(v => v.ValueKind == JsonValueKind.Number);
        error = texts + numbers < values.Length ? Types
            : (texts > 0) == (numbers > 0)
                ? "Inside anything but list, either all values are number or string, mixed type is not supported"
                : null;
        if (error is not null)
        {
            return null;
        }

        return texts > 0
            ? new AnythingButTest([new ExactTest(JsonTokenType.String, values.Select(v => Encoding.UTF8.GetBytes(v.GetString()!)))])
            : new AnythingButTest([new ExactTest(JsonTokenType.Number, values.Select(v => Encoding.UTF8.GetBytes(v.GetRawText())))]);
    }

    private static AnythingButTest? Nested(JsonElement expression, out string? error)
    {
        var members = expression.EnumerateObject().ToArray();
        if (members.Length != 1)
        {
            error = members.Length == 0 ? "Anything-But expression name not found" : "Too many elements in numeric expression";
            return null;
        }

        var (name, value) = (members[0].Name, members[0].Value);
        if (name is not ("prefix" or "suffix" or "equals-ignore-case" or "wildcard"))
        {
            error = "Unsupported anything-but pattern: " + name;
            return null;
        }

        JsonElement[] values = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        var tests = new List<IValueTest>();
        error = values.Length == 0 ? "Empty arrays are not allowed" : null;
        foreach (var one in values)
        {
            if (error is null && Test(name, one, out error) is { } test)
            {
                tests.Add(test);
            }
        }

        return error is null ? new AnythingButTest([.. tests]) : null;
    }

    private static IValueTest? Test(string name, JsonElement value, out string? error)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        error = name switch
        {
            "equals-ignore-case" when text is null
                => "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
            "wildcard" when text is null => "wildcard match pattern must be a string",
            "prefix" or "suffix" when text is null => "prefix/suffix match pattern must be a string",
            "prefix" or "suffix" when text.Length == 0 => "Null prefix/suffix not allowed",
            _ => null,
        };
        if (error is not null)
        {
            return null;
        }

        return name switch
        {
            "equals-ignore-case" => new IgnoreCaseTest(text!, TextPart.Whole),
            "wildcard" => WildcardTest.Parse(text!, out error),
            "prefix" => new PrefixTest(Encoding.UTF8.GetBytes(text!)),
            _ => new SuffixTest(Encoding.UTF8.GetBytes(text!)),
        };
    }
}
