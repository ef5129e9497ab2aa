using System.Text.Json.Nodes;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Gateway.Sqs;

/// <summary>SendMessage and SendMessageBatch.</summary>
internal sealed class SendCalls(IQueues queues) : ISqsOperations
{
    public IReadOnlyDictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>> Operations
        => new Dictionary<string, Func<SqsCall, CancellationToken, ValueTask<JsonObject>>>
        {
            ["SendMessage"] = SendAsync,
            ["SendMessageBatch"] = SendBatchAsync,
        };

    private async ValueTask<JsonObject> SendAsync(SqsCall call, CancellationToken cancellation)
    {
        var queue = await queues.GetAsync(call.Queue, cancellation);
        var result = (await queues.SendAsync(queue, [Read(call.Input)], cancellation))[0];
        return result.Error is { } error ? throw error : Write(new JsonObject(), result.Sent!);
    }

    private async ValueTask<JsonObject> SendBatchAsync(SqsCall call, CancellationToken cancellation)
    {
        var entries = SqsBatch.Entries(call, "SendMessageBatchRequestEntry");
        var queue = await queues.GetAsync(call.Queue, cancellation);
        QueueSend[] messages = [.. entries.Select(Read)];
        if (messages.Sum(one => one.Size) is var bytes && bytes > Limits.QueueMessageBytes)
        {
            throw SqsErrors.BatchTooLong(bytes);
        }

        var results = await queues.SendAsync(queue, messages, cancellation);
        return SqsBatch.Answer(entries, [.. results.Select(one => one.Error)], (i, entry) => Write(entry, results[i].Sent!));
    }

    private static QueueSend Read(JsonObject input) => new(SqsCall.Text(input, "MessageBody") ?? "")
    {
        Attributes = Attributes(input["MessageAttributes"] as JsonObject),
        TraceHeader = (input["MessageSystemAttributes"] as JsonObject)?["AWSTraceHeader"]?["StringValue"]?.GetValue<string>(),
        DelaySeconds = SqsCall.Number(input, "DelaySeconds"),
        Group = SqsCall.Text(input, "MessageGroupId"),
        Deduplication = SqsCall.Text(input, "MessageDeduplicationId"),
    };

    private static Dictionary<string, QueueAttribute> Attributes(JsonObject? given)
    {
        var attributes = new Dictionary<string, QueueAttribute>();
        foreach (var (name, value) in given ?? [])
        {
            if (value is JsonObject one)
            {
                attributes[name] = new QueueAttribute(
                    SqsCall.Text(one, "DataType") ?? "", SqsCall.Text(one, "StringValue"), Bytes(name, SqsCall.Text(one, "BinaryValue")));
            }
        }

        return attributes;
    }

    private static byte[]? Bytes(string name, string? base64)
    {
        try
        {
            return base64 is null ? null : Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw SqsErrors.OutOfRange(name, "MessageAttributes", "the binary value is not base64.");
        }
    }

    private static JsonObject Write(JsonObject answer, QueueSent sent)
    {
        answer["MessageId"] = sent.Id.ToString();
        answer["MD5OfMessageBody"] = sent.BodyMd5;
        Put(answer, "MD5OfMessageAttributes", sent.AttributesMd5);
        Put(answer, "MD5OfMessageSystemAttributes", sent.SystemMd5);
        Put(answer, "SequenceNumber", sent.Sequence);
        return answer;
    }

    private static void Put(JsonObject answer, string name, string? value)
    {
        if (value is not null)
        {
            answer[name] = value;
        }
    }
}
