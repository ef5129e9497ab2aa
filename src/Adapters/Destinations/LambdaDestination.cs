using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.Destinations;

/// <summary>
/// A function. Where events can be queued durably it gets an event, as at AWS. Else it is called and has to succeed: an event
/// that nobody keeps is not handed over.
/// </summary>
internal sealed class LambdaDestination(IFunctionInvoker invoker, IEnumerable<IAsyncInvoker> queues) : IDestinationWriter
{
    private readonly IAsyncInvoker? _queue = queues.LastOrDefault();

    /// <inheritdoc/>
    public DestinationForm Form => DestinationForm.Batch;

    /// <inheritdoc/>
    public bool Handles(string destination) => Arn.TryParse(destination, out var arn) && arn.Service == "lambda";

    /// <inheritdoc/>
    public ValueTask CheckAsync(MappingConfig mapping, CancellationToken cancellation)
        => invoker.CheckAsync(Function(mapping), cancellation);

    /// <inheritdoc/>
    public async ValueTask DeliverAsync(
        MappingConfig mapping, IReadOnlyList<DestinationMessage> messages, CancellationToken cancellation)
    {
        var function = Function(mapping);
        foreach (var message in messages)
        {
            var request = new InvocationRequest(function, Guid.NewGuid(), message.Body) { WaitForPermit = true, AnySize = true, TraceId = message.TraceId };
            if (_queue is { } queue)
            {
                await queue.AcceptAsync(request, cancellation);
            }
            else
            {
                Judge(function, await invoker.InvokeAsync(request, cancellation));
            }
        }
    }

    private static void Judge(FunctionRef function, InvocationOutcome outcome)
    {
        switch (outcome)
        {
            case InvocationOutcome.Succeeded:
                return;
            case InvocationOutcome.FunctionError error:
                throw new DestinationException($"function {function} failed: {error.ErrorType}");
            case InvocationOutcome.Throttled throttled:
                throw new DestinationException($"function {function} was throttled: {throttled.Reason}");
            case InvocationOutcome.Failed failed:
                throw new DestinationException(failed.Error.Message, failed.Error);
            default:
                throw new InvalidOperationException($"unknown outcome {outcome}");
        }
    }

    private static FunctionRef Function(MappingConfig mapping)
        => FunctionRef.TryParse(mapping.OnFailureDestination, out var function, out _, out _)
            ? function
            : throw ServiceException.Invalid($"'{mapping.OnFailureDestination}' is not the ARN of a function.");
}
