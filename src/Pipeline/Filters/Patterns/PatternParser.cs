using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Pipeline.Filters.Sources;
using Dispatcher.Pipeline.Filters.Values;

namespace Dispatcher.Pipeline.Filters.Patterns;

/// <summary>
/// Reads a pattern into branches, each a set of fields that must all match; <c>$or</c> makes several of one. What is wrong is
/// said in EventBridge's words. A field named twice in a branch has its last values, as in EventBridge.
/// </summary>
internal sealed class PatternParser(FieldNode root, BodyRule body)
{
    private const string Or = "$or";

    /// <summary>Names that EventBridge keeps for operators and that are no fields inside <c>$or</c>.</summary>
    private static readonly HashSet<string> Reserved =
    [
        "exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
        "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after", "date-on-or-after",
        "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range", "ip-address-not-in-range",
    ];

    /// <summary>What is wrong with the pattern; null where nothing is.</summary>
    public string? Error { get; private set; }

    /// <summary>The branches of a pattern; null with <see cref="Error"/> set where it is not valid.</summary>
    public IReadOnlyList<Dictionary<FieldNode, ValueSet>>? Parse(string pattern)
    {
        if (pattern.Length > Limits.FilterPatternLength)
        {
            Fail($"Pattern is longer than {Limits.FilterPatternLength} characters");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(pattern);
            var branches = new List<Dictionary<FieldNode, ValueSet>>();
            return Top(document.RootElement, branches) ? branches : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, deeper than the reader goes, or a string with half a surrogate pair.
            Fail("Pattern is not valid JSON");
            return null;
        }
    }

    private bool Top(JsonElement pattern, List<Dictionary<FieldNode, ValueSet>> branches)
        => pattern.ValueKind == JsonValueKind.Object ? Fields(pattern, root, branches, 1, false) : Fail("Filter is not an object");

    private bool Fields(JsonElement pattern, FieldNode at, List<Dictionary<FieldNode, ValueSet>> branches, int depth, bool inOr)
    {
        if (depth > Limits.FilterPatternDepth)
        {
            return Fail($"Fields are nested deeper than {Limits.FilterPatternDepth} levels");
        }

        var any = false;
        foreach (var field in pattern.EnumerateObject())
        {
            any = true;
            if (!Field(field, at, branches, depth, inOr))
            {
                return false;
            }
        }

        return any || Fail("Empty objects are not allowed");
    }

    private bool Field(JsonProperty field, FieldNode at, List<Dictionary<FieldNode, ValueSet>> branches, int depth, bool inOr)
    {
        if (field.Name == Or)
        {
            return Alternatives(field.Value, at, branches, depth);
        }

        if (inOr && Reserved.Contains(field.Name))
        {
            return Fail($"{field.Name} is Ruler reserved fieldName which cannot be used inside {Or}.");
        }

        return field.Value.ValueKind switch
        {
            JsonValueKind.Object => Fields(field.Value, at.Child(field.Name), branches, depth + 1, inOr),
            JsonValueKind.Array => Values(field.Value, at.Child(field.Name), branches),
            _ => Fail($"\"{field.Name}\" must be an object or an array"),
        };
    }

    private bool Values(JsonElement values, FieldNode at, List<Dictionary<FieldNode, ValueSet>> branches)
    {
        if (at.AtTop && body.RefusesText(at.Name))
        {
            return Fail($"\"{at.Name}\" must be an object");
        }

        if (ValueParser.Parse(values, out var error) is not { } set)
        {
            return Fail(error!);
        }

        if (branches.Count == 0)
        {
            branches.Add([]);
        }

        branches.ForEach(b => b[at] = set);
        return true;
    }

    private bool Alternatives(JsonElement list, FieldNode at, List<Dictionary<FieldNode, ValueSet>> branches, int depth)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return Fail($"It must be an Array followed with {Or}.");
        }

        Dictionary<FieldNode, ValueSet>[] before = branches.Count == 0 ? [[]] : [.. branches];
        branches.Clear();
        foreach (var one in list.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object)
            {
                return Fail($"Only JSON object is allowed in array of {Or} relationship.");
            }

            var forked = before.Select(b => new Dictionary<FieldNode, ValueSet>(b)).ToList();
            if (!Fields(one, at, forked, depth, true))
            {
                return false;
            }

            branches.AddRange(forked);
            if (branches.Count > Limits.FilterBranches)
            {
                return Fail($"{Or} makes more than {Limits.FilterBranches} combinations");
            }
        }

        return list.GetArrayLength() >= 2 || Fail($"There must have at least 2 Objects in {Or} relationship.");
    }

    private bool Fail(string error)
    {
        Error ??= error;
        return false;
    }
}
