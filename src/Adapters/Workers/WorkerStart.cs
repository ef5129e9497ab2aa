using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>How the initialisation of a worker went: one of the nested kinds.</summary>
internal abstract record WorkerStart
{
    private WorkerStart()
    {
    }

    /// <summary>It asked for its first event.</summary>
    public sealed record Ready : WorkerStart;

    /// <summary>It reported an error of its initialisation.</summary>
    public sealed record Refused(InvocationOutcome.FunctionError Error) : WorkerStart;

    /// <summary>It ended.</summary>
    /// <param name="Ending">How; null where it gave no reason.</param>
    public sealed record Exited(string? Ending) : WorkerStart;

    /// <summary>It took longer than it may.</summary>
    public sealed record TimedOut : WorkerStart;
}
