using Dispatcher.Contracts.Configuration;

namespace Dispatcher.Silo.Configuration;

/// <summary>What reading the configuration came to.</summary>
/// <param name="Config">The configuration; not to be used where there are errors.</param>
/// <param name="Errors">Everything that is wrong with it, one sentence each; empty where it is right.</param>
internal sealed record ConfigResult(DispatcherConfig Config, IReadOnlyList<string> Errors)
{
    /// <summary>All errors in one text for the terminal.</summary>
    public string Message => Errors is [var only]
        ? $"configuration: {only}"
        : $"configuration: {Errors.Count} errors\n  {string.Join("\n  ", Errors)}";
}
