namespace Dispatcher.Contracts.Configuration;

/// <summary>How the server logs (standard error).</summary>
public sealed class LogConfig
{
    /// <summary><c>text</c> for people, <c>json</c> for log collectors: one object a line.</summary>
    public string Format { get; set; } = "text";

    /// <summary>The lowest level shown: <c>Trace</c>, <c>Debug</c>, <c>Information</c>, <c>Warning</c>, <c>Error</c>, <c>Critical</c>, <c>None</c>.</summary>
    public string Level { get; set; } = "Information";
}
