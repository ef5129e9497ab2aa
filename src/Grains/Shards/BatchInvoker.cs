using System.Buffers;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Invocations;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>Writes a batch's event, calls the function and says how that ended.</summary>
internal sealed class BatchInvoker(IFunctionInvoker invoker, Instruments instruments, TimeProvider time)
{
    private const int FirstBufferBytes = 64 * 1024;

    /// <summary>Invokes a batch. Gives the rented records back. Throws only when cancelled.</summary>
    public async Task<BatchResult> InvokeAsync(
        MappingConfig config, IPayloadShape shape, Record[] rented, int count, CancellationToken cancellation)
    {
        // Whoever starts a batch goes on with the next one: writing the event belongs to another thread.
        await Task.Yield();
        var requestId = Guid.NewGuid();
        using var buffer = new PayloadBuffer(FirstBufferBytes);
        var newestMs = rented[count - 1].TimestampMs;
        try
        {
            Write(shape, rented.AsSpan(0, count), buffer);
        }
        finally
        {
            ArrayPool<Record>.Shared.Return(rented, clearArray: true);
        }

        using var span = instruments.Span("batch", System.Diagnostics.ActivityKind.Consumer);
        span?.SetTag("dispatcher.mapping", config.Uuid).SetTag("messaging.batch.message_count", count);
        instruments.Invoked(config.Uuid, count);
        var request = new InvocationRequest(Function(config), requestId, buffer.Written) { WaitForPermit = true };
        var outcome = await invoker.InvokeAsync(request, cancellation);
        instruments.IteratorAge(config.Uuid, Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - newestMs));
        return Judge(outcome, requestId);
    }

    private static void Write(IPayloadShape shape, ReadOnlySpan<Record> records, PayloadBuffer buffer)
    {
        buffer.Ensure(shape.EnvelopeBytes);
        shape.Begin(buffer);
        foreach (ref readonly var record in records)
        {
            buffer.Ensure(shape.Bound(record));
            shape.Append(buffer, record);
        }

        shape.End(buffer);
    }

    private static BatchResult Judge(InvocationOutcome outcome, Guid requestId) => outcome switch
    {
        InvocationOutcome.Succeeded => BatchResult.Succeeded.Instance,
        InvocationOutcome.FunctionError e => new BatchResult.Failed(
            new BatchFailure(requestId, $"{e.ErrorType}: {ErrorText.Of(e.Payload.Span)}", e.Kind, outcome.ExecutedVersion)),
        InvocationOutcome.Throttled e => new BatchResult.NotRun(new BatchFailure(requestId, e.Reason, null, outcome.ExecutedVersion)),
        InvocationOutcome.Failed e => new BatchResult.NotRun(new BatchFailure(requestId, e.Error.Message, null, outcome.ExecutedVersion)),
        _ => throw new InvalidOperationException($"unknown outcome {outcome}"),
    };

    private static FunctionRef Function(MappingConfig config)
        => FunctionRef.TryParse(config.FunctionArn, out var function, out _, out _)
            ? function
            : throw new InvalidOperationException($"mapping {config.Uuid} has the function '{config.FunctionArn}'");
}
