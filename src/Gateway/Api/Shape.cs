using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// One type of the API model with its constraints. What it is made of is looked up when it is first asked for, so that a
/// start reads no more of the model than it uses.
/// </summary>
internal sealed class Shape
{
    private readonly JsonElement _json;
    private readonly Lazy<ShapeMember[]> _members;
    private readonly Lazy<Regex?> _pattern;
    private readonly Lazy<Shape?> _item;
    private readonly Lazy<Shape?> _key;

    public Shape(ApiModel model, string name, JsonElement json)
    {
        _json = json;
        Name = name;
        Kind = Enum.Parse<ShapeKind>(json.GetProperty("type").GetString()!, ignoreCase: true);
        Minimum = Number("min");
        Maximum = Number("max");
        Sensitive = json.TryGetProperty("sensitive", out var sensitive) && sensitive.GetBoolean();
        PatternText = Text("pattern");
        Payload = Text("payload");
        Values = Strings("enum");
        _members = new(() => ReadMembers(model));
        _pattern = new(() => PatternText is null ? null : ModelPattern.Compile(PatternText));
        _item = new(() => Part(model, "member") ?? Part(model, "value"));
        _key = new(() => Part(model, "key"));
    }

    /// <summary>Its name in the model.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public ShapeKind Kind { get; }

    /// <summary>Least value of a number; least length of text, list and map; null without.</summary>
    public double? Minimum { get; }

    /// <summary>Greatest value or length; null without.</summary>
    public double? Maximum { get; }

    /// <summary>Whether values must not be shown in messages.</summary>
    public bool Sensitive { get; }

    /// <summary>The pattern as the model writes it.</summary>
    public string? PatternText { get; }

    /// <summary>The pattern, matching whole values only.</summary>
    public Regex? Pattern => _pattern.Value;

    /// <summary>The member of a structure that is the whole body, null where the body is JSON of all members.</summary>
    public string? Payload { get; }

    /// <summary>The values of an enumeration; empty where it is none.</summary>
    public string[] Values { get; }

    /// <summary>Members of a structure.</summary>
    public ShapeMember[] Members => _members.Value;

    /// <summary>The type of a list's items or of a map's values.</summary>
    public Shape? Item => _item.Value;

    /// <summary>The type of a map's keys.</summary>
    public Shape? Key => _key.Value;

    private ShapeMember[] ReadMembers(ApiModel model)
    {
        if (!_json.TryGetProperty("members", out var members))
        {
            return [];
        }

        var required = Strings("required");
        return [.. members.EnumerateObject().Select(one => ReadMember(model, one, Array.IndexOf(required, one.Name) >= 0))];
    }

    private static ShapeMember ReadMember(ApiModel model, JsonProperty json, bool required)
    {
        var location = json.Value.TryGetProperty("location", out var at) ? at.GetString() : null;
        var wire = json.Value.TryGetProperty("locationName", out var name) ? name.GetString()! : json.Name;
        var place = location switch
        {
            "uri" => MemberLocation.Uri,
            "querystring" => MemberLocation.Query,
            "header" => MemberLocation.Header,
            _ => MemberLocation.Body,
        };
        return new ShapeMember(json.Name, model.Shape(json.Value.GetProperty("shape").GetString()!), place, wire, required);
    }

    private Shape? Part(ApiModel model, string part)
        => _json.TryGetProperty(part, out var found) ? model.Shape(found.GetProperty("shape").GetString()!) : null;

    private double? Number(string name) => _json.TryGetProperty(name, out var found) ? found.GetDouble() : null;

    private string? Text(string name) => _json.TryGetProperty(name, out var found) ? found.GetString() : null;

    private string[] Strings(string name)
        => _json.TryGetProperty(name, out var found) ? [.. found.EnumerateArray().Select(one => one.GetString()!)] : [];
}
