using System.Buffers;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Records;
using Dispatcher.Grains.Shards;
using Dispatcher.Pipeline.Destinations;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Destinations;

/// <summary>Hands batches that were given up to their mapping's destination.</summary>
internal sealed class BatchHandOver(IEnumerable<IDestinationWriter> writers, ShardPlans plans, Instruments instruments, TimeProvider time)
{
    private readonly IDestinationWriter[] _writers = [.. writers];

    /// <summary>
    /// Delivers a batch; without a destination it is dropped, and so is the final invocation of a window, which has no record
    /// to tell of. Gives the rented records back. Throws only when cancelled; then nobody knows whether the batch arrived, and
    /// it comes again.
    /// </summary>
    /// <param name="call">The batch's records and mapping.</param>
    /// <param name="batch">Its history; nobody changes it meanwhile.</param>
    /// <param name="cancellation">Stops the delivery.</param>
    public async Task<BatchResult> DeliverAsync(BatchCall call, Batch batch, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            return call.Count > 0 && call.Config.OnFailureDestination is { } destination
                ? await DeliverAsync(call, batch, destination, cancellation)
                : new BatchResult.HandedOver(Dropped: true);
        }
        finally
        {
            ArrayPool<Record>.Shared.Return(call.Rented, clearArray: true);
        }
    }

    private async ValueTask<BatchResult> DeliverAsync(BatchCall call, Batch batch, string destination, CancellationToken cancellation)
    {
        if (Array.Find(_writers, w => w.Handles(destination)) is not { } writer)
        {
            return new BatchResult.HandOverFailed($"nothing here delivers to {destination}");
        }

        using var span = instruments.Span("destination", System.Diagnostics.ActivityKind.Producer, call.Traces);
        call.Span = span?.Context ?? default;
        span?.SetTag("dispatcher.mapping", call.Config.Uuid).SetTag("messaging.destination.name", destination);
        try
        {
            await writer.DeliverAsync(call.Config, FailureRecords.Of(Describe(call, batch), call.Records, writer.Form), cancellation);
            return new BatchResult.HandedOver(Dropped: false);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error);
            return new BatchResult.HandOverFailed(e.Message);
        }
    }

    private FailedBatch Describe(BatchCall call, Batch batch)
        => new(call.Config, call.Kind, call.Plan.Shape, call.Shard, batch.GivenUp ?? GiveUpReason.RetryAttemptsExhausted)
        {
            BootstrapServers = plans.Servers(call.Config),
            RequestId = batch.LastFailure is { RequestId: var id } && id != Guid.Empty ? id : Guid.NewGuid(),
            Invocations = batch.Invocations,
            LastFailure = batch.LastFailure,
            NowMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
}
