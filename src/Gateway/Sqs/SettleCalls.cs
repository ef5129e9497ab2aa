using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Sqs;

/// <summary>What becomes of received messages: deleted, or hidden for another time.</summary>
internal sealed class SettleCalls(IQueues queues, IStore store) : ISqsOperations
{
    private static readonly string s_visibilityRange = $"Must be between 0 and {Limits.QueueVisibilitySeconds}.";

    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>>
        {
            ["DeleteMessage"] = DeleteAsync,
            ["DeleteMessageBatch"] = DeleteBatchAsync,
            ["ChangeMessageVisibility"] = HideAsync,
            ["ChangeMessageVisibilityBatch"] = HideBatchAsync,
        };

    private async ValueTask<JsonObject> DeleteAsync(SqsCall call, CancellationToken cancellation)
        => (await DeleteAsync(call, [call.Input], cancellation))[0] is { } error ? throw error : [];

    private async ValueTask<JsonObject> DeleteBatchAsync(SqsCall call, CancellationToken cancellation)
    {
        var entries = SqsBatch.Entries(call, "DeleteMessageBatchRequestEntry");
        return SqsBatch.Answer(entries, await DeleteAsync(call, entries, cancellation), static (_, entry) => entry);
    }

    private async ValueTask<JsonObject> HideAsync(SqsCall call, CancellationToken cancellation)
        => (await HideAsync(call, [call.Input], cancellation))[0] is { } error ? throw error : [];

    private async ValueTask<JsonObject> HideBatchAsync(SqsCall call, CancellationToken cancellation)
    {
        var entries = SqsBatch.Entries(call, "ChangeMessageVisibilityBatchRequestEntry");
        return SqsBatch.Answer(entries, await HideAsync(call, entries, cancellation), static (_, entry) => entry);
    }

    private async ValueTask<ServiceException?[]> DeleteAsync(SqsCall call, JsonObject[] entries, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Queue, cancellation);
        return await EachAsync(queue, entries, static _ => null, async good =>
        {
            var states = await store.Queues.DeleteAsync(queue.Id, [.. good.Select(one => one.Receipt)], cancellation);
            return [.. states.Select((state, i) => queue.Fifo && state == QueueReceiptState.Stale ? Expired(good[i].Handle) : null)];
        });
    }

    private async ValueTask<ServiceException?[]> HideAsync(SqsCall call, JsonObject[] entries, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Queue, cancellation);
        return await EachAsync(queue, entries, CheckTimeout, async good =>
        {
            var changes = good.Select(one => new QueueHide(one.Receipt, SqsCall.Number(one.Entry, "VisibilityTimeout")!.Value * 1000L));
            var states = await store.Queues.HideAsync(queue.Id, [.. changes], cancellation);
            return [.. states.Select((state, i) => Judge(state, good[i].Handle))];
        });
    }

    /// <summary>Does the entries that are right; says of each what is wrong with it.</summary>
    private static async ValueTask<ServiceException?[]> EachAsync(
        QueueConfig queue,
        JsonObject[] entries,
        Func<JsonObject, ServiceException?> check,
        Func<List<(JsonObject Entry, string Handle, QueueReceipt Receipt)>, ValueTask<ServiceException?[]>> act)
    {
        var errors = new ServiceException?[entries.Length];
        var good = new List<(JsonObject, string, QueueReceipt)>(entries.Length);
        var places = new List<int>(entries.Length);
        for (var i = 0; i < entries.Length; i++)
        {
            var handle = SqsCall.Text(entries[i], "ReceiptHandle") ?? "";
            errors[i] = handle.Length == 0 ? SqsErrors.Missing("ReceiptHandle") : check(entries[i]);
            var known = QueueHandle.TryRead(queue.Id, handle, out var receipt);
            errors[i] ??= known ? null : SqsErrors.BadHandle(handle);
            if (errors[i] is null)
            {
                good.Add((entries[i], handle, receipt));
                places.Add(i);
            }
        }

        if (good.Count > 0)
        {
            var found = await act(good);
            for (var i = 0; i < found.Length; i++)
            {
                errors[places[i]] = found[i];
            }
        }

        return errors;
    }

    private static ServiceException? CheckTimeout(JsonObject entry) => SqsCall.Number(entry, "VisibilityTimeout") switch
    {
        null => SqsErrors.Missing("VisibilityTimeout"),
        < 0 or > Limits.QueueVisibilitySeconds => SqsErrors.OutOfRange(
            SqsCall.Number(entry, "VisibilityTimeout")!, "VisibilityTimeout", s_visibilityRange),
        _ => null,
    };

    private static ServiceException? Judge(QueueReceiptState state, string handle) => state switch
    {
        QueueReceiptState.InFlight => null,
        QueueReceiptState.Visible => SqsErrors.NotInFlight(),
        _ => SqsErrors.OutOfRange(
            handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change."),
    };

    private static ServiceException Expired(string handle)
        => SqsErrors.OutOfRange(handle, "ReceiptHandle", "The receipt handle has expired.");
}
