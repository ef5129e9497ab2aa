namespace Dispatcher.Contracts.Invocations;

/// <summary>Port to the other silos of a cluster; a process that runs alone has none.</summary>
public interface IOtherSilos
{
    /// <summary>
    /// Calls a function on a silo that has a free worker of the version. Null where none is known to have one, or it was not free any
    /// more: then the function was not called. A silo that is lost meanwhile is a failure.
    /// </summary>
    ValueTask<InvocationOutcome?> TryInvokeAsync(string version, InvocationRequest request, CancellationToken cancellation);
}
