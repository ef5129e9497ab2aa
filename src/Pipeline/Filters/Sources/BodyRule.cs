using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>How a kind of source treats the parts of a record that its producer wrote: JSON for most, plain text for some.</summary>
/// <param name="Names">The fields of the pattern that look into them.</param>
/// <param name="Text">Whether a pattern may ask for plain text (an array where JSON patterns have an object).</param>
/// <param name="Mismatch">
/// What becomes of a record whose format is not that of the pattern: false, it is dropped; true, only the other fields decide.
/// </param>
internal sealed record BodyRule(string[] Names, bool Text, bool Mismatch)
{
    /// <summary>The rule of a kind of source, as AWS documents it.</summary>
    public static BodyRule Of(SourceKind kind) => kind switch
    {
        SourceKind.Stream => new BodyRule(["data"], false, false),
        SourceKind.Queue => new BodyRule(["body"], true, false),
        SourceKind.Kafka => new BodyRule(["key", "value"], true, true),
        SourceKind.RabbitMq => new BodyRule(["data"], true, true),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of source"),
    };

    /// <summary>Whether values of that field of the record, given as a plain array, are refused.</summary>
    public bool RefusesText(string field) => !Text && Names.Contains(field);
}
