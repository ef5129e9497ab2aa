using System.Globalization;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>The constraints of one type, checked against one value, in the words of AWS.</summary>
internal static class Constraints
{
    /// <summary>Adds the constraints that a value breaks, without those of what is inside it.</summary>
    public static void Check(Shape shape, JsonNode value, List<string> broken)
    {
        switch (shape.Kind)
        {
            case ShapeKind.String:
                CheckText(shape, value.AsValue().GetValue<string>(), broken);
                break;
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double:
                CheckRange(shape, value.AsValue().GetValue<double>(), "value", broken);
                break;
            case ShapeKind.List:
                CheckRange(shape, value.AsArray().Count, "length", broken);
                break;
            case ShapeKind.Map:
                CheckRange(shape, value.AsObject().Count, "length", broken);
                break;
        }
    }

    /// <summary>Adds the constraints that a text breaks.</summary>
    public static void CheckText(Shape shape, string text, List<string> broken)
    {
        if (shape.Values.Length > 0)
        {
            if (Array.IndexOf(shape.Values, text) < 0)
            {
                broken.Add($"Member must satisfy enum value set: [{string.Join(", ", shape.Values)}]");
            }

            return;
        }

        CheckRange(shape, text.Length, "length", broken);
        if (shape.Pattern is { } pattern && !ModelPattern.Matches(pattern, text))
        {
            broken.Add($"Member must satisfy regular expression pattern: {shape.PatternText}");
        }
    }

    /// <summary>All constraints of a type, broken or not: what AWS prints for the items of lists and maps.</summary>
    public static string Describe(Shape shape)
    {
        var all = new List<string>();
        var what = shape.Kind is ShapeKind.Integer or ShapeKind.Long or ShapeKind.Double ? "value" : "length";
        if (shape.Values.Length > 0)
        {
            all.Add($"Member must satisfy enum value set: [{string.Join(", ", shape.Values)}]");
        }

        if (shape.Maximum is { } maximum)
        {
            all.Add($"Member must have {what} less than or equal to {Number(maximum)}");
        }

        if (shape.Minimum is { } minimum)
        {
            all.Add($"Member must have {what} greater than or equal to {Number(minimum)}");
        }

        if (shape.PatternText is { } pattern)
        {
            all.Add($"Member must satisfy regular expression pattern: {pattern}");
        }

        all.Add("Member must not be null");
        return $"[{string.Join(", ", all)}]";
    }

    private static void CheckRange(Shape shape, double actual, string what, List<string> broken)
    {
        if (actual < shape.Minimum)
        {
            broken.Add($"Member must have {what} greater than or equal to {Number(shape.Minimum.Value)}");
        }

        if (actual > shape.Maximum)
        {
            broken.Add($"Member must have {what} less than or equal to {Number(shape.Maximum.Value)}");
        }
    }

    private static string Number(double value) => value.ToString("0.################", CultureInfo.InvariantCulture);
}
