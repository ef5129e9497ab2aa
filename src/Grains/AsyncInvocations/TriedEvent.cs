using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>An event that is held and tried.</summary>
/// <param name="Held">The event.</param>
/// <param name="Settings">How it is treated.</param>
/// <param name="TraceId">The trace header that the function and its destinations get.</param>
internal sealed record TriedEvent(HeldEvent Held, EventSettings Settings, string TraceId)
{
    /// <summary>What is called.</summary>
    public FunctionRef Function => Held.Function;

    /// <summary>How the last try ended; null where it was not tried.</summary>
    public InvocationOutcome? Outcome { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempts { get; init; }
}
