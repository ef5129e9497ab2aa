using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Takes asynchronous events: into the queue of their function, which then is worked on.</summary>
internal sealed class AsyncInvoker(IStore store, IFunctionInvoker functions, AsyncQueues queues, Instruments instruments) : IAsyncInvoker
{
    /// <inheritdoc/>
    public async ValueTask AcceptAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (request.Payload.Length > Limits.AsyncPayloadBytes)
        {
            throw new ServiceException(
                ServiceErrorKind.TooLarge, $"Request must be smaller than {Limits.AsyncPayloadBytes} bytes for the InvokeFunction operation");
        }

        if (Lineage.Hops(request.TraceId) >= Limits.AsyncHops)
        {
            throw new ServiceException(
                ServiceErrorKind.InvalidParameterValue,
                $"{request.Function} is invoked in a recursive loop: {Limits.AsyncHops} asynchronous invocations led to each other")
            {
                TypeName = "RecursiveInvocationException",
            };
        }

        await functions.CheckAsync(request.Function, cancellation);
        var about = new AsyncEvent { Qualifier = request.Function.Qualifier, ClientContext = request.ClientContext, TraceId = request.TraceId };
        var message = new QueuePut(request.RequestId, request.Payload) { Attributes = about.Write() };
        await store.Queues.PutAsync(AsyncEvent.QueueOf(request.Function.Name), [message], cancellation);
        instruments.AsyncReceived(request.Function.Name);
        queues.Wake(request.Function.Name);
    }
}
