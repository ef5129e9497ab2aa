namespace Dispatcher.Contracts.Invocations;

/// <summary>Port of everybody who calls a function: the gateway, mappings, async queues.</summary>
public interface IFunctionInvoker
{
    /// <summary>
    /// Calls a function and waits for its end. Never throws for what the function or its host does; cancelling throws
    /// and leaves the outcome unknown.
    /// </summary>
    ValueTask<InvocationOutcome> InvokeAsync(InvocationRequest request, CancellationToken cancellation);

    /// <summary>Checks that a call would find a function and a host for it (DryRun).</summary>
    /// <exception cref="Errors.ServiceException">There is none.</exception>
    ValueTask CheckAsync(Names.FunctionRef function, CancellationToken cancellation);
}
