using System.Buffers;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Functions;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Responses;
using Dispatcher.Pipeline.Shards;
using Dispatcher.Pipeline.Windows;

namespace Dispatcher.Grains.Shards;

/// <summary>Writes a batch's event, calls the function and says how that ended.</summary>
internal sealed class BatchInvoker(IFunctionInvoker invoker, FunctionPlans functions, Instruments instruments, TimeProvider time)
{
    /// <summary>Invokes a batch. Gives the rented records back. Throws only when cancelled.</summary>
    public async Task<BatchResult> InvokeAsync(BatchCall call, CancellationToken cancellation)
    {
        // Whoever starts a batch goes on with the next one: writing the event belongs to another thread.
        await Task.Yield();
        try
        {
            if (call.Plan.Shape.Identity is { } identity)
            {
                await NameAsync(identity, Function(call.Config), cancellation);
            }

            using var buffer = Write(call.Plan.Shape, call.Records);
            if (call.Window is { } window)
            {
                WindowPayload.Append(buffer, window, call.Shard, call.Config.EventSourceArn);
            }

            return buffer.Length <= call.Plan.PayloadBytes
                ? await InvokeAsync(call, buffer.Written, cancellation)
                : new BatchResult.TooLarge(new BatchFailure(Guid.Empty, $"the event has {buffer.Length} bytes", null, ""));
        }
        finally
        {
            ArrayPool<Record>.Shared.Return(call.Rented, clearArray: true);
        }
    }

    private async ValueTask<BatchResult> InvokeAsync(BatchCall call, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var requestId = Guid.NewGuid();
        using var span = instruments.Span("batch", System.Diagnostics.ActivityKind.Consumer, call.Traces);
        call.Span = span?.Context ?? default;
        span?.SetTag("dispatcher.mapping", call.Config.Uuid).SetTag("messaging.batch.message_count", call.Count);
        instruments.Invoked(call.Config.Uuid, call.Count);
        var request = new InvocationRequest(Function(call.Config), requestId, payload) { WaitForPermit = true, Flow = call.Config.Uuid, MayBegin = call.MayBegin };
        var outcome = await invoker.InvokeAsync(request, cancellation);
        if (call.Count > 0)
        {
            var ageMs = time.GetUtcNow().ToUnixTimeMilliseconds() - call.Records[^1].TimestampMs;
            instruments.IteratorAge(call.Config.Uuid, Math.Max(0, ageMs));
        }

        var result = Judge(call, outcome, requestId);
        return call.Window is null ? result : WithState(result, outcome, requestId);
    }

    /// <summary>Names the function's role as it is now; where nobody knows it the invocation itself will tell why.</summary>
    private async ValueTask NameAsync(InvokeIdentity identity, FunctionRef function, CancellationToken cancellation)
    {
        try
        {
            identity.Set((await functions.FindAsync(function, cancellation)).Plan.Config.Role);
        }
        catch (Exception error) when (error is ServiceException or StoreException)
        {
            // The role that was known stays.
        }
    }

    private static PayloadBuffer Write(IPayloadShape shape, ReadOnlySpan<Record> records)
    {
        var buffer = new PayloadBuffer(Bound(shape, records));
        shape.Begin(buffer);
        foreach (ref readonly var record in records)
        {
            shape.Append(buffer, record);
        }

        shape.End(buffer);
        return buffer;
    }

    /// <summary>Bytes that the event takes at most: memory that is enough from the first is never copied into larger memory.</summary>
    private static int Bound(IPayloadShape shape, ReadOnlySpan<Record> records)
    {
        var bytes = shape.EnvelopeBytes;
        foreach (ref readonly var record in records)
        {
            bytes = checked(bytes + shape.Bound(record));
        }

        return bytes;
    }

    private static BatchResult Judge(BatchCall call, InvocationOutcome outcome, Guid requestId) => outcome switch
    {
        InvocationOutcome.Succeeded answer when call.Config.ReportBatchItemFailures =>
            BatchResponse.Read(answer.Payload.Span, call.Records, call.Kind, call.Shard, requestId, outcome.ExecutedVersion),
        InvocationOutcome.Succeeded => BatchResult.Succeeded.Instance,
        InvocationOutcome.FunctionError e => new BatchResult.Failed(
            new BatchFailure(requestId, $"{e.ErrorType}: {ErrorText.Of(e.Payload.Span)}", e.Kind, outcome.ExecutedVersion)),
        InvocationOutcome.Throttled when call.MayBegin?.Invoke() == false => BatchResult.NotBegun.Instance,
        InvocationOutcome.Throttled e => new BatchResult.NotRun(new BatchFailure(requestId, e.Reason, null, outcome.ExecutedVersion)),
        InvocationOutcome.Failed e => new BatchResult.NotRun(new BatchFailure(requestId, e.Error.Message, null, outcome.ExecutedVersion)),
        _ => throw new InvalidOperationException($"unknown outcome {outcome}"),
    };

    /// <summary>In a tumbling window an answer without a state is a failed invocation.</summary>
    private static BatchResult WithState(BatchResult result, InvocationOutcome outcome, Guid requestId)
    {
        if (outcome is not InvocationOutcome.Succeeded answer || result is not (BatchResult.Succeeded or BatchResult.FailedFrom or BatchResult.FailedSome))
        {
            return result;
        }

        var told = WindowAnswer.TryReadState(answer.Payload.Span, out var state);
        return result switch
        {
            BatchResult.FailedFrom first => first with { State = state },
            BatchResult.FailedSome some => some with { State = state },
            _ when told => new BatchResult.Succeeded(state),
            _ => new BatchResult.Failed(new BatchFailure(requestId, "the answer has no state for the tumbling window", null, outcome.ExecutedVersion)),
        };
    }

    private static FunctionRef Function(MappingConfig config)
        => FunctionRef.TryParse(config.FunctionArn, out var function, out _, out _)
            ? function
            : throw new InvalidOperationException($"mapping {config.Uuid} has the function '{config.FunctionArn}'");
}
