using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>FilterCriteria: how many, and whether each pattern can be one.</summary>
internal static class FilterRules
{
    private const string Invalid = "Invalid filter pattern definition.";

    /// <summary>Puts what the request gives into the mapping; criteria without filters take the present ones away.</summary>
    public static MappingConfig Apply(MappingInput input, MappingConfig config, MappingContext context)
    {
        if (!input.Has("FilterCriteria"))
        {
            return config;
        }

        string[] patterns = [.. input.Structure("FilterCriteria").Structures("Filters").Select(one => one.Text("Pattern") ?? "")];
        if (patterns.Length > Limits.Filters)
        {
            throw ServiceException.Invalid($"FilterCriteria cannot have more than {Limits.Filters} filters.");
        }

        foreach (var pattern in patterns)
        {
            Check(pattern, context);
        }

        return config with { FilterPatterns = patterns };
    }

    private static void Check(string pattern, MappingContext context)
    {
        if (!IsObject(pattern))
        {
            throw ServiceException.Invalid(Invalid);
        }

        if (context.Filters?.Check(context.Kind, pattern) is { } reason)
        {
            throw ServiceException.Invalid($"{Invalid} {reason}");
        }
    }

    private static bool IsObject(string pattern)
    {
        try
        {
            using var document = JsonDocument.Parse(pattern);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
