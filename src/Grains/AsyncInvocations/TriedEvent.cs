using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>An event that is held and tried.</summary>
/// <param name="Function">What is called.</param>
/// <param name="Message">The event as it was received.</param>
/// <param name="Settings">The function's settings.</param>
/// <param name="TraceId">The trace header that the function and its destinations get.</param>
internal sealed record TriedEvent(FunctionRef Function, QueueMessage Message, EventInvokeConfig Settings, string TraceId)
{
    /// <summary>The queue it is in.</summary>
    public string Queue => AsyncEvent.QueueOf(Function.Name);

    /// <summary>How the last try ended; null where it was not tried.</summary>
    public InvocationOutcome? Outcome { get; init; }

    /// <summary>Tries so far.</summary>
    public int Attempts { get; init; }
}
