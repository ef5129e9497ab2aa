namespace Dispatcher.Contracts.Sources;

/// <summary>A source could not be read. All kinds are tried again with back-off; the kind is shown to the owner.</summary>
public sealed class SourceException(SourceErrorKind kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What is wrong.</summary>
    public SourceErrorKind Kind { get; } = kind;
}
