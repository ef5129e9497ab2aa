using Dispatcher.Contracts.Functions;

namespace Dispatcher.Contracts.Invocations;

/// <summary>Port of one way to run functions: worker processes, HTTP, in process.</summary>
public interface IFunctionRuntime
{
    /// <summary>Whether functions of this kind are run here.</summary>
    bool Handles(FunctionConfig config);

    /// <summary>Checks at creation what can be checked: archive, bootstrap, interpreter, URI.</summary>
    /// <param name="config">The configuration to check.</param>
    /// <param name="archive">The archive; empty for images.</param>
    /// <param name="cancellation">Stops the check.</param>
    /// <exception cref="Errors.ServiceException">The function could never run; the text says why.</exception>
    ValueTask ValidateAsync(FunctionConfig config, ReadOnlyMemory<byte> archive, CancellationToken cancellation);

    /// <summary>Runs one event. The timeout of the configuration is enforced here.</summary>
    ValueTask<InvocationOutcome> InvokeAsync(FunctionPlan plan, InvocationRequest request, CancellationToken cancellation);

    /// <summary>
    /// Keeps so many workers of a plan ready, until another number is asked for; returns when they are, or cannot be. Where
    /// functions have no workers they are always ready.
    /// </summary>
    ValueTask<ProvisionResult> ProvisionAsync(FunctionPlan plan, int workers, CancellationToken cancellation)
        => ValueTask.FromResult(new ProvisionResult(workers));

    /// <summary>Ends the workers of a plan after their present event: the function was changed or deleted.</summary>
    ValueTask RetireAsync(FunctionPlan plan, CancellationToken cancellation);

    /// <summary>The free workers of a version here; null where functions of this kind have no workers.</summary>
    IdleWorkers? IdleOf(FunctionPlan plan) => null;

    /// <summary>The free workers of all versions that have any here.</summary>
    IEnumerable<IdleWorkers> Idle() => [];
}
