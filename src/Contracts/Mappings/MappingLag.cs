namespace Dispatcher.Contracts.Mappings;

/// <summary>How many records wait for a mapping.</summary>
/// <param name="Records">Records at the source that are not done; null where that is not known.</param>
/// <param name="Unknown">Why it is not known; null where it is.</param>
public sealed record MappingLag(long? Records, string? Unknown)
{
    /// <summary>A number.</summary>
    public static MappingLag Of(long records) => new(records, null);

    /// <summary>No number.</summary>
    public static MappingLag Because(string reason) => new(null, reason);
}
