using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>How the events of a function, a version or an alias are treated.</summary>
/// <param name="Rules">How long and how often they are tried.</param>
internal sealed record EventSettings(AsyncRules Rules)
{
    /// <summary>Where records of successes go; null: nowhere.</summary>
    public string? OnSuccess { get; init; }

    /// <summary>Where records of events that were given up go; null: nowhere.</summary>
    public string? OnFailure { get; init; }

    /// <summary>The dead-letter queue of the version that is called; null without.</summary>
    public string? DeadLetterTarget { get; init; }
}
