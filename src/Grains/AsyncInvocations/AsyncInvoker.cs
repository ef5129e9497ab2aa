using Dispatcher.Contracts;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Pipeline.AsyncInvocations;

namespace Dispatcher.Grains.AsyncInvocations;

/// <summary>Takes asynchronous events: into the queue of their function, which then is worked on.</summary>
internal sealed class AsyncInvoker(
    IStore store, IFunctionInvoker functions, AsyncQueueNames names, AsyncQueues queues, Instruments instruments) : IAsyncInvoker
{
    /// <summary>The type of the error that ends a recursive loop.</summary>
    public const string Recursive = "RecursiveInvocationException";

    /// <summary>Says that a function is called in a recursive loop.</summary>
    public static string LoopText(FunctionRef function)
        => $"{function} is invoked in a recursive loop: {Limits.AsyncHops} asynchronous invocations led to each other";

    /// <inheritdoc/>
    public async ValueTask AcceptAsync(InvocationRequest request, CancellationToken cancellation)
    {
        Check(request);
        await functions.CheckAsync(request.Function, cancellation);
        var known = await names.FindAsync(request.Function.Name, cancellation);
        await store.Queues.PutAsync(known.Id, [Message(request)], cancellation);
        Taken(known.Queue, 1);
    }

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

        var parcels = new List<(KnownQueue Known, QueueParcel Parcel)>();
        foreach (var function in requests.GroupBy(one => one.Function.Name))
        {
            var known = await names.FindAsync(function.Key, cancellation);
            parcels.Add((known, new QueueParcel(known.Id, [.. function.Select(Message)])));
        }

        await store.Queues.PutAsync([.. parcels.Select(one => one.Parcel)], cancellation);
        foreach (var (known, parcel) in parcels)
        {
            Taken(known.Queue, parcel.Messages.Count);
        }
    }

    private void Taken(AsyncQueue queue, int events)
    {
        instruments.AsyncReceived(queue.Function, events);
        queues.Wake(queue);
    }

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

        // One hop less and the event is taken, but ends at once: at its destination, where it has one (see AsyncEventRunner).
        if (Lineage.Hops(request.TraceId) > Limits.AsyncHops + 1)
        {
            throw new ServiceException(
                ServiceErrorKind.InvalidParameterValue,
                LoopText(request.Function))
            {
                TypeName = Recursive,
            };
        }
    }
}
