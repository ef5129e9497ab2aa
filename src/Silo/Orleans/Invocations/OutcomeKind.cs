namespace Dispatcher.Silo.Orleans.Invocations;

/// <summary>The kinds of <see cref="Contracts.Invocations.InvocationOutcome"/>. Numbers are never used again: silos of two versions talk.</summary>
internal enum OutcomeKind
{
    /// <summary>Nothing that a silo sends.</summary>
    Unknown,

    /// <summary>The function answered.</summary>
    Succeeded,

    /// <summary>The function ran and failed.</summary>
    FunctionError,

    /// <summary>No permit was free.</summary>
    Throttled,

    /// <summary>It could not be run, or nobody knows.</summary>
    Failed,
}
