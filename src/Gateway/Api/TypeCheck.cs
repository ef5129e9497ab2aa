using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>Checks that a JSON value is of the type that the model wants.</summary>
internal static class TypeCheck
{
    /// <summary>Throws where the value is of another type.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">SerializationException, with the text AWS gives.</exception>
    public static void Demand(Shape shape, JsonNode value)
    {
        var kind = value.GetValueKind();
        var fits = shape.Kind switch
        {
            ShapeKind.Structure or ShapeKind.Map => kind == JsonValueKind.Object,
            ShapeKind.List => kind == JsonValueKind.Array,
            ShapeKind.String or ShapeKind.Blob => kind == JsonValueKind.String,
            ShapeKind.Boolean => kind is JsonValueKind.True or JsonValueKind.False,
            ShapeKind.Integer => kind == JsonValueKind.Number && value.AsValue().TryGetValue<int>(out _),
            ShapeKind.Long => kind == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
            ShapeKind.Double => kind == JsonValueKind.Number && IsFinite(value.AsValue()),
            _ => value is JsonValue scalar && IsTime(scalar, kind),
        };
        if (!fits)
        {
            throw ApiErrors.Serialization(Text(shape.Kind, kind));
        }
    }

    private static bool IsFinite(JsonValue value) => value.TryGetValue<double>(out var number) && double.IsFinite(number);

    private static bool IsTime(JsonValue value, JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => IsFinite(value),
        JsonValueKind.String => DateTimeOffset.TryParse(
            value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        _ => false,
    };

    private static string Text(ShapeKind wanted, JsonValueKind found) => found switch
    {
        JsonValueKind.Object => "Start of structure or map found where not expected.",
        JsonValueKind.Array => "Start of list found where not expected",
        _ when wanted is ShapeKind.Structure or ShapeKind.Map or ShapeKind.List => "Unexpected field type",
        JsonValueKind.String => $"STRING_VALUE can not be converted to {Name(wanted)}",
        JsonValueKind.Number => $"NUMBER_VALUE can not be converted to {Name(wanted)}",
        JsonValueKind.True => $"TRUE_VALUE can not be converted to {Name(wanted)}",
        _ => $"FALSE_VALUE can not be converted to {Name(wanted)}",
    };

    private static string Name(ShapeKind kind) => kind switch
    {
        ShapeKind.Integer => "an Integer",
        ShapeKind.Blob => "a Blob",
        _ => $"a {kind}",
    };
}
