namespace Dispatcher.Contracts;

// Limits of filters.
public static partial class Limits
{
    /// <summary>Milliseconds that a pattern of the API model may take on one value, which else counts as not matched: no honest value needs one.</summary>
    public const int PatternMs = 200;

    /// <summary>Filters of one mapping (Lambda quota: 5, raised to 10 on request).</summary>
    public const int Filters = 10;

    /// <summary>Characters of one filter pattern (Lambda API model: 4,096).</summary>
    public const int FilterPatternLength = 4_096;

    /// <summary>
    /// Levels of fields in a filter pattern: with the deepest operator around a value it stays below the 64 levels of JSON that
    /// a pattern is read with.
    /// </summary>
    public const int FilterPatternDepth = 50;

    /// <summary>Combinations that <c>$or</c> may make of one filter pattern (EventBridge quota: 1,000).</summary>
    public const int FilterBranches = 1_000;

    /// <summary>Levels of JSON in a record that filters look into; deeper ones count as not being JSON (1,000 in AWS's reader).</summary>
    public const int FilterEventDepth = 1_000;

    /// <summary>Levels of JSON of a record's metadata: headers as deep as the payload's writer goes (1,000), in two objects.</summary>
    public const int FilterMetadataDepth = 1_002;
}
