using System.Globalization;
using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Sqs;

/// <summary>
/// Reads the fields of a query call into the form of the JSON protocol: <c>Attribute.1.Name=…</c>, <c>TagKey.1=…</c>,
/// <c>SendMessageBatchRequestEntry.1.MessageAttribute.2.Value.DataType=…</c>.
/// </summary>
internal static class QueryInput
{
    private static readonly Dictionary<string, string> s_names = new()
    {
        ["Attributes"] = "Attribute",
        ["AttributeNames"] = "AttributeName",
        ["MessageAttributeNames"] = "MessageAttributeName",
        ["MessageSystemAttributeNames"] = "MessageSystemAttributeName",
        ["MessageAttributes"] = "MessageAttribute",
        ["MessageSystemAttributes"] = "MessageSystemAttribute",
        ["Tags"] = "Tag",
        ["tags"] = "Tag",
        ["TagKeys"] = "TagKey",
    };

    /// <summary>The input of an operation.</summary>
    public static JsonObject Read(Shape shape, IReadOnlyDictionary<string, string> form) => Structure(shape, form, "");

    private static JsonObject Structure(Shape shape, IReadOnlyDictionary<string, string> form, string prefix)
    {
        var input = new JsonObject();
        foreach (var member in shape.Members)
        {
            if (Member(member, form, prefix) is { } value)
            {
                input[member.Name] = value;
            }
        }

        return input;
    }

    private static JsonNode? Member(ShapeMember member, IReadOnlyDictionary<string, string> form, string prefix)
    {
        var shape = member.Shape;
        var path = prefix + (member.Name == "Entries" ? shape.Item!.Name : s_names.GetValueOrDefault(member.Name, member.Name));
        return shape.Kind switch
        {
            ShapeKind.List => List(shape.Item!, form, path),
            ShapeKind.Map => Map(shape.Item!, form, path),
            ShapeKind.Structure => Structure(shape, form, path + ".") is { Count: > 0 } inner ? inner : null,
            _ => form.TryGetValue(path, out var text) ? Scalar(shape, text) : null,
        };
    }

    private static JsonArray? List(Shape item, IReadOnlyDictionary<string, string> form, string path)
    {
        var list = new JsonArray();
        for (var i = 1; Item(item, form, $"{path}.{i.ToString(CultureInfo.InvariantCulture)}") is { } one; i++)
        {
            list.Add(one);
        }

        return list.Count == 0 ? null : list;
    }

    private static JsonNode? Item(Shape item, IReadOnlyDictionary<string, string> form, string path)
        => item.Kind == ShapeKind.Structure
            ? Structure(item, form, path + ".") is { Count: > 0 } inner ? inner : null
            : form.TryGetValue(path, out var text) ? Scalar(item, text) : null;

    /// <summary>Tags are pairs of Key and Value, everything else of Name and Value.</summary>
    private static JsonObject? Map(Shape value, IReadOnlyDictionary<string, string> form, string path)
    {
        var map = new JsonObject();
        for (var i = 1; ; i++)
        {
            var at = $"{path}.{i.ToString(CultureInfo.InvariantCulture)}";
            if (!form.TryGetValue(at + ".Name", out var name) && !form.TryGetValue(at + ".Key", out name))
            {
                return map.Count == 0 ? null : map;
            }

            map[name] = Item(value, form, at + ".Value") ?? (value.Kind == ShapeKind.Structure ? new JsonObject() : JsonValue.Create(""));
        }
    }

    /// <summary>What is no number stays text, which the type check then refuses.</summary>
    private static JsonNode Scalar(Shape shape, string text)
        => shape.Kind is ShapeKind.Integer or ShapeKind.Long
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture))! // read like JSON, it can be asked for as any number
                : JsonValue.Create(text);
}
