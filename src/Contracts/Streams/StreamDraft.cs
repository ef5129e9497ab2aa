namespace Dispatcher.Contracts.Streams;

/// <summary>What a caller says of a stream that he creates.</summary>
/// <param name="Name">1..128 of <c>[a-zA-Z0-9_.-]</c>.</param>
/// <param name="Mode"><c>PROVISIONED</c> or <c>ON_DEMAND</c>.</param>
/// <param name="Tags">The first tags.</param>
public sealed record StreamDraft(string Name, string Mode, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>A stream of fixed size without tags.</summary>
    public StreamDraft(string name)
        : this(name, "PROVISIONED", new Dictionary<string, string>())
    {
    }
}
