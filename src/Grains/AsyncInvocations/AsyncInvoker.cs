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
    public async ValueTask AcceptAsync(IReadOnlyList<InvocationRequest> requests, CancellationToken cancellation)
    {
        foreach (var request in requests)
        {
            Check(request);
        }

        foreach (var function in requests.Select(one => one.Function).Distinct())
        {
            await functions.CheckAsync(function, cancellation);
        }

        var parcels = requests.GroupBy(one => one.Function.Name).Select(Parcel).ToArray();
        await store.Queues.PutAsync(parcels, cancellation);
        foreach (var request in requests)
        {
            instruments.AsyncReceived(request.Function.Name);
            queues.Wake(request.Function.Name);
        }
    }

    private static QueueParcel Parcel(IGrouping<string, InvocationRequest> requests)
        => new(AsyncEvent.QueueOf(requests.Key), [.. requests.Select(Message)]);

    private static QueuePut Message(InvocationRequest request)
    {
        var about = new AsyncEvent { Qualifier = request.Function.Qualifier, ClientContext = request.ClientContext, TraceId = request.TraceId };
        return new QueuePut(request.RequestId, request.Payload) { Attributes = about.Write() };
    }

    private static void Check(InvocationRequest request)
    {
        if (!request.AnySize && request.Payload.Length > Limits.AsyncPayloadBytes)
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
    }
}
