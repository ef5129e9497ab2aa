using System.Text;
using System.Text.Json;
using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters.Patterns;

/// <summary>Reads what a field may be. Errors are in EventBridge's words.</summary>
internal sealed class ValueParser
{
    private readonly List<byte[]> _texts = [];
    private readonly List<byte[]> _numbers = [];
    private readonly List<IValueTest> _tests = [];
    private bool _absent;
    private string? _error;

    /// <summary>Reads the array of a field; null with an error where it is not valid.</summary>
    public static ValueSet? Parse(JsonElement values, out string? error)
    {
        var parser = new ValueParser();
        foreach (var value in values.EnumerateArray())
        {
            if (!parser.Value(value))
            {
                break;
            }
        }

        error = parser._error ?? (values.GetArrayLength() == 0 ? "Empty arrays are not allowed" : null);
        return error is null ? parser.Set() : null;
    }

    private ValueSet Set()
    {
        if (_numbers.Count > 0)
        {
            _tests.Insert(0, new ExactTest(JsonTokenType.Number, _numbers));
        }

        if (_texts.Count > 0)
        {
            _tests.Insert(0, new ExactTest(JsonTokenType.String, _texts));
        }

        return new ValueSet([.. _tests], _absent);
    }

    private bool Value(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _texts.Add(Bytes(value));
                return true;
            case JsonValueKind.Number:
                _numbers.Add(Encoding.UTF8.GetBytes(value.GetRawText()));
                return true;
            case JsonValueKind.True:
                return Add(new LiteralTest(JsonTokenType.True));
            case JsonValueKind.False:
                return Add(new LiteralTest(JsonTokenType.False));
            case JsonValueKind.Null:
                return Add(new LiteralTest(JsonTokenType.Null));
            case JsonValueKind.Object:
                return Expression(value);
            default:
                return Fail("Match value must be String, number, true, false, or null");
        }
    }

    private bool Expression(JsonElement expression)
    {
        if (!Only(expression, "Match expression name not found", out var name, out var value))
        {
            return false;
        }

        return name switch
        {
            "exactly" => value.ValueKind == JsonValueKind.String ? Value(value) : Fail("exact match pattern must be a string"),
            "prefix" => Part(value, TextPart.Prefix, "prefix", "Prefix"),
            "suffix" => Part(value, TextPart.Suffix, "suffix", "Suffix"),
            "equals-ignore-case" => IgnoreCase(value, TextPart.Whole),
            "wildcard" => value.ValueKind == JsonValueKind.String ? Wildcard(value.GetString()!) : Fail("wildcard match pattern must be a string"),
            "numeric" => Add(NumericParser.Parse(value, out var error), error),
            "cidr" => value.ValueKind == JsonValueKind.String
                ? Add(CidrTest.Parse(value.GetString()!, out var error), error)
                : Fail("cidr match pattern must be a string"),
            "exists" => Exists(value),
            "anything-but" => Add(AnythingButParser.Parse(value, out var error), error),
            _ => Fail("Unrecognized match type " + name),
        };
    }

    private bool Only(JsonElement expression, string none, out string name, out JsonElement value)
    {
        (name, value) = ("", default);
        var count = 0;
        foreach (var member in expression.EnumerateObject())
        {
            (name, value) = count++ == 0 ? (member.Name, member.Value) : (name, value);
        }

        return count == 1 || Fail(count == 0 ? none : "Only one key allowed in match expression");
    }

    private bool Part(JsonElement value, TextPart part, string name, string title)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return Only(value, title + " expression name not found", out var inner, out var text)
                && (inner == "equals-ignore-case" ? IgnoreCase(text, part) : Fail($"Unsupported {name} pattern: {inner}"));
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return Fail(name + " match pattern must be a string");
        }

        return Add(part == TextPart.Prefix ? new PrefixTest(Bytes(value)) : new SuffixTest(Bytes(value)));
    }

    private bool IgnoreCase(JsonElement value, TextPart part)
        => value.ValueKind == JsonValueKind.String
            ? Add(new IgnoreCaseTest(value.GetString()!, part))
            : Fail("equals-ignore-case match pattern must be a string");

    private bool Wildcard(string pattern) => Add(WildcardTest.Parse(pattern, out var error), error);

    private bool Exists(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                return Add(new ExistsTest());
            case JsonValueKind.False:
                _absent = true;
                return true;
            default:
                return Fail("exists match pattern must be either true or false.");
        }
    }

    private bool Add(IValueTest? test, string? error = null)
    {
        if (test is null)
        {
            return Fail(error!);
        }

        _tests.Add(test);
        return true;
    }

    private bool Fail(string error)
    {
        _error ??= error;
        return false;
    }

    private static byte[] Bytes(JsonElement text) => Encoding.UTF8.GetBytes(text.GetString()!);
}
