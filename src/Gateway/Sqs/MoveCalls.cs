using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Message move tasks.</summary>
internal sealed class MoveCalls(IQueues queues) : ISqsOperations
{
    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>>
        {
            ["StartMessageMoveTask"] = StartAsync,
            ["ListMessageMoveTasks"] = ListAsync,
            ["CancelMessageMoveTask"] = CancelAsync,
        };

    private async ValueTask<JsonObject> StartAsync(SqsCall call, CancellationToken cancellation)
    {
        var move = await queues.StartMoveAsync(
            call.Need("SourceArn"), call.Text("DestinationArn"), call.Number("MaxNumberOfMessagesPerSecond"), cancellation);
        return new JsonObject { ["TaskHandle"] = move.Handle };
    }

    private async ValueTask<JsonObject> ListAsync(SqsCall call, CancellationToken cancellation)
    {
        var limit = call.Number("MaxResults", 1, Limits.QueueMoveTasks, $"MaxResults must be between 1 and {Limits.QueueMoveTasks}.") ?? 1;
        var moves = await queues.ListMovesAsync(call.Need("SourceArn"), cancellation);
        return new JsonObject { ["Results"] = new JsonArray([.. moves.Take(limit).Select(Write)]) };
    }

    private async ValueTask<JsonObject> CancelAsync(SqsCall call, CancellationToken cancellation)
    {
        var move = await queues.CancelMoveAsync(call.Need("TaskHandle"), cancellation);
        return new JsonObject { ["ApproximateNumberOfMessagesMoved"] = move.Moved };
    }

    private static JsonObject Write(QueueMove move)
    {
        var shown = new JsonObject
        {
            ["Status"] = move.Status,
            ["SourceArn"] = move.SourceArn,
            ["ApproximateNumberOfMessagesMoved"] = move.Moved,
            ["ApproximateNumberOfMessagesToMove"] = move.ToMove,
            ["StartedTimestamp"] = move.StartedMs,
        };
        Put(shown, "TaskHandle", move.Status == "RUNNING" ? move.Handle : null);
        Put(shown, "DestinationArn", move.TargetArn);
        Put(shown, "MaxNumberOfMessagesPerSecond", move.MaximumPerSecond);
        Put(shown, "FailureReason", move.Failure);
        return shown;
    }

    private static void Put(JsonObject shown, string name, JsonNode? value)
    {
        if (value is not null)
        {
            shown[name] = value;
        }
    }
}
