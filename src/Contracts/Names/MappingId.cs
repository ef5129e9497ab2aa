namespace Dispatcher.Contracts.Names;

/// <summary>The UUID of an event source mapping.</summary>
/// <param name="Value">The UUID; never empty for a mapping that exists.</param>
public readonly record struct MappingId(Guid Value)
{
    /// <summary>A new random id.</summary>
    public static MappingId New() => new(Guid.NewGuid());

    /// <summary>Reads an id in the form AWS prints (<c>8-4-4-4-12</c>, lower or upper case).</summary>
    public static bool TryParse(string? text, out MappingId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var value);
        id = new MappingId(value);
        return ok;
    }

    /// <summary>The form AWS prints: lower case with dashes.</summary>
    public override string ToString() => Value.ToString("D");
}
