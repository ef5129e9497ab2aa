using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>
/// Checks an input against the model: first every type (a wrong one ends the check), then every constraint, all of which
/// are told in one message. Members the model does not know are ignored, as AWS does.
/// </summary>
internal sealed class InputValidator
{
    private readonly List<string> _broken = [];

    /// <summary>Checks a whole input.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">ValidationException or SerializationException.</exception>
    public static void Validate(Shape shape, JsonObject input)
    {
        var validator = new InputValidator();
        validator.Members(shape, input, "");
        if (validator._broken.Count > 0)
        {
            throw ApiErrors.Validation(validator._broken);
        }
    }

    private void Members(Shape shape, JsonObject input, string path)
    {
        foreach (var member in shape.Members)
        {
            var label = path + member.Label;
            if (input.TryGetPropertyValue(member.Name, out var value) && value is not null)
            {
                Value(member.Shape, value, label);
            }
            else if (member.Required && member.Name != shape.Payload)
            {
                _broken.Add($"Value null at '{label}' failed to satisfy constraint: Member must not be null");
            }
        }
    }

    private void Value(Shape shape, JsonNode value, string label)
    {
        TypeCheck.Demand(shape, value);
        var broken = new List<string>();
        Constraints.Check(shape, value, broken);
        Inside(shape, value, label, broken);
        foreach (var constraint in broken)
        {
            var shown = shape.Sensitive || shape.Item is { Sensitive: true } ? "" : $" '{InputText.Show(value)}'";
            _broken.Add($"Value{shown} at '{label}' failed to satisfy constraint: {constraint}");
        }
    }

    private void Inside(Shape shape, JsonNode value, string label, List<string> broken)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                Members(shape, value.AsObject(), label + ".");
                break;
            case ShapeKind.List:
                Items(shape.Item!, value.AsArray(), label, broken);
                break;
            case ShapeKind.Map:
                Pairs(shape, value.AsObject(), label, broken);
                break;
        }
    }

    private void Items(Shape item, JsonArray items, string label, List<string> broken)
    {
        var wrong = false;
        for (var i = 0; i < items.Count; i++)
        {
            wrong |= !IsItem(item, items[i], $"{label}.{i + 1}.member");
        }

        if (wrong)
        {
            broken.Add($"Member must satisfy constraint: {Constraints.Describe(item)}");
        }
    }

    private void Pairs(Shape map, JsonObject pairs, string label, List<string> broken)
    {
        var (keys, values) = (false, false);
        foreach (var (key, value) in pairs)
        {
            var text = new List<string>();
            Constraints.CheckText(map.Key!, key, text);
            keys |= text.Count > 0;
            values |= !IsItem(map.Item!, value, $"{label}.{key}.member");
        }

        if (keys)
        {
            broken.Add($"Map keys must satisfy constraint: {Constraints.Describe(map.Key!)}");
        }

        if (values)
        {
            broken.Add($"Map value must satisfy constraint: {Constraints.Describe(map.Item!)}");
        }
    }

    /// <summary>Scalars break the constraint of the list or map they are in; what is bigger has a path of its own.</summary>
    private bool IsItem(Shape shape, JsonNode? value, string label)
    {
        if (value is null)
        {
            return false;
        }

        if (shape.Kind is ShapeKind.Structure or ShapeKind.List or ShapeKind.Map)
        {
            Value(shape, value, label);
            return true;
        }

        TypeCheck.Demand(shape, value);
        var broken = new List<string>();
        Constraints.Check(shape, value, broken);
        return broken.Count == 0;
    }
}
