namespace Dispatcher.Contracts.Invocations;

/// <summary>Port of asynchronous invocations (InvocationType Event). Without one such calls are refused.</summary>
public interface IAsyncInvoker
{
    /// <summary>Takes an event; returns when it is kept durably. The payload is not used after that.</summary>
    /// <exception cref="Errors.ServiceException">The function is missing, or the event cannot be taken.</exception>
    ValueTask AcceptAsync(InvocationRequest request, CancellationToken cancellation) => AcceptAsync([request], cancellation);

    /// <summary>
    /// Takes events of one or more functions, all or none; returns when all are kept durably. The payloads are not used after that.
    /// </summary>
    /// <exception cref="Errors.ServiceException">A function is missing, or one of the events cannot be taken: none is.</exception>
    ValueTask AcceptAsync(IReadOnlyList<InvocationRequest> requests, CancellationToken cancellation);
}
