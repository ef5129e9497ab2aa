using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Gateway.Sqs;

/// <summary>ReceiveMessage.</summary>
internal sealed class ReceiveCalls(IQueues queues, DispatcherConfig config) : ISqsOperations
{
    private const string All = "All";

    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> { ["ReceiveMessage"] = ReceiveAsync };

    private async ValueTask<JsonObject> ReceiveAsync(SqsCall call, CancellationToken cancellation)
    {
        var maximum = call.Number(
            "MaxNumberOfMessages", 1, Limits.QueueBatch, $"Must be between 1 and {Limits.QueueBatch}, if provided.") ?? 1;
        var wait = call.Number(
            "WaitTimeSeconds", 0, Limits.QueueWaitSeconds, $"Must be >= 0 and <= {Limits.QueueWaitSeconds}, if provided.");
        var hide = call.Number(
            "VisibilityTimeout", 0, Limits.QueueVisibilitySeconds, $"Must be between 0 and {Limits.QueueVisibilitySeconds}, if provided.");
        string[] system = [.. call.List("AttributeNames"), .. call.List("MessageSystemAttributeNames")];
        var queue = await queues.GetAsync(call.Queue, cancellation);
        var received = await queues.ReceiveAsync(
            queue,
            maximum,
            TimeSpan.FromSeconds(hide ?? queue.VisibilitySeconds),
            TimeSpan.FromSeconds(wait ?? queue.WaitSeconds),
            cancellation);
        var names = call.List("MessageAttributeNames");
        return received.Count == 0
            ? []
            : new JsonObject { ["Messages"] = new JsonArray([.. received.Select(one => Write(queue, one, system, names))]) };
    }

    private JsonObject Write(QueueConfig queue, QueueReceived received, string[] system, IReadOnlyList<string> names)
    {
        var message = received.Message;
        var shown = new JsonObject
        {
            ["MessageId"] = message.Id.ToString(),
            ["ReceiptHandle"] = QueueHandle.Write(queue.Id, message.Receipt),
            ["MD5OfBody"] = received.Content.BodyMd5,
            ["Body"] = Encoding.UTF8.GetString(message.Body.Span),
        };
        if (System(received, system) is { Count: > 0 } attributes)
        {
            shown["Attributes"] = attributes;
        }

        var own = received.Content.Attributes.Where(one => names.Any(name => Matches(name, one.Key))).ToDictionary();
        if (own.Count > 0)
        {
            shown["MD5OfMessageAttributes"] = MessageDigest.Of(own);
            shown["MessageAttributes"] = new JsonObject(own.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Write(one.Value))));
        }

        return shown;
    }

    private JsonObject System(QueueReceived received, string[] wanted)
    {
        var (message, content) = received;
        var has = new Dictionary<string, string?>
        {
            ["SenderId"] = config.Account,
            ["SentTimestamp"] = Number(message.SentMs),
            ["ApproximateReceiveCount"] = Number(message.Receives),
            ["ApproximateFirstReceiveTimestamp"] = Number(message.FirstReceiveMs),
            ["SequenceNumber"] = content.Deduplication is null ? null : QueueReceived.SequenceText(message.Receipt.Sequence),
            ["MessageDeduplicationId"] = content.Deduplication,
            ["MessageGroupId"] = message.Group,
            ["AWSTraceHeader"] = content.TraceHeader,
            ["DeadLetterQueueSourceArn"] = message.Origin,
        };
        return new JsonObject(has
            .Where(one => one.Value is not null && (wanted.Contains(All) || wanted.Contains(one.Key)))
            .Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
    }

    /// <summary>A name, everything (<c>All</c>, <c>.*</c>), or what begins in a way (<c>foo.*</c>).</summary>
    private static bool Matches(string wanted, string name)
        => wanted is All or ".*" || wanted == name
            || (wanted.EndsWith(".*", StringComparison.Ordinal) && name.StartsWith(wanted[..^2], StringComparison.Ordinal));

    private static JsonObject Write(QueueAttribute attribute)
    {
        var shown = new JsonObject();
        if (attribute.Binary is { } bytes)
        {
            shown["BinaryValue"] = Convert.ToBase64String(bytes);
        }
        else
        {
            shown["StringValue"] = attribute.Text;
        }

        shown["DataType"] = attribute.DataType;
        return shown;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
