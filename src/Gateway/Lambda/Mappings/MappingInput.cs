using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Typed reading of a request's members. Types and ranges of the API model were checked before.</summary>
internal readonly struct MappingInput(JsonObject members)
{
    /// <summary>Whether the caller gave the member, empty or not; <c>null</c> counts as not given.</summary>
    public bool Has(string name) => members[name] is not null;

    /// <summary>A text, or null where it was not given.</summary>
    public string? Text(string name) => (string?)members[name];

    /// <summary>A whole number, or null where it was not given.</summary>
    public int? Number(string name) => members[name] is JsonValue value
        ? int.Parse(value.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture)
        : null;

    /// <summary>A truth value, or null where it was not given.</summary>
    public bool? Flag(string name) => members[name] is JsonValue value ? bool.Parse(value.ToString()) : null;

    /// <summary>A list of texts, or null where it was not given.</summary>
    public IReadOnlyList<string>? Texts(string name)
        => members[name] is JsonArray list ? [.. list.Select(one => (string?)one ?? "")] : null;

    /// <summary>A list of structures; empty where it was not given.</summary>
    public IReadOnlyList<MappingInput> Structures(string name)
        => members[name] is JsonArray list ? [.. list.OfType<JsonObject>().Select(one => new MappingInput(one))] : [];

    /// <summary>A structure; one without members where it was not given.</summary>
    public MappingInput Structure(string name) => new(members[name] as JsonObject ?? []);

    /// <summary>A map of texts, or null where it was not given.</summary>
    public IReadOnlyDictionary<string, string>? Map(string name) => members[name] is JsonObject map
        ? map.ToDictionary(one => one.Key, one => (string?)one.Value ?? "")
        : null;

    /// <summary>A time in milliseconds since 1970: epoch seconds (with fraction) or ISO 8601; null where it was not given.</summary>
    public long? Time(string name)
    {
        if (members[name] is not JsonValue value)
        {
            return null;
        }

        return value.GetValueKind() == JsonValueKind.Number
            ? (long)Math.Round(double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) * 1000)
            : DateTimeOffset.Parse(value.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
    }
}
