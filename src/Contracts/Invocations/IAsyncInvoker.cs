namespace Dispatcher.Contracts.Invocations;

/// <summary>Port of asynchronous invocations (InvocationType Event). Without one such calls are refused.</summary>
public interface IAsyncInvoker
{
    /// <summary>Takes an event; returns when it is kept durably. The payload is not used after that.</summary>
    /// <exception cref="Errors.ServiceException">The function is missing, or the event cannot be taken.</exception>
    ValueTask AcceptAsync(InvocationRequest request, CancellationToken cancellation);
}
