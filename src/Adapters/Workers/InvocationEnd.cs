using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>How an invocation ended, seen from its worker: one of the nested kinds.</summary>
internal abstract record InvocationEnd
{
    private InvocationEnd()
    {
    }

    /// <summary>The worker answered.</summary>
    /// <param name="Outcome">Success, or an error of the function.</param>
    public sealed record Answered(InvocationOutcome Outcome) : InvocationEnd;

    /// <summary>The worker ended without an answer.</summary>
    /// <param name="Ending">How; null where it gave no reason.</param>
    public sealed record Exited(string? Ending) : InvocationEnd;

    /// <summary>The function's timeout passed.</summary>
    public sealed record TimedOut : InvocationEnd;

    /// <summary>The caller does not want it any more.</summary>
    public sealed record Cancelled : InvocationEnd;
}
