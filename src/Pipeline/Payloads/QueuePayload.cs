using System.Globalization;
using System.Text;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>SQS events: <c>{"Records":[{"messageId":…,"eventSource":"aws:sqs",…}]}</c>.</summary>
internal sealed class QueuePayload : IPayloadShape
{
    /// <summary>Names, quotes, ids, digests, times and the receipt handle.</summary>
    private const int FixedBytes = 1_536;

    /// <summary>The names and quotes of one message attribute.</summary>
    private const int AttributeBytes = 128;

    private readonly byte[] _tail;
    private readonly string _sender;

    public QueuePayload(string queueArn, PayloadContext context)
    {
        _sender = context.Account;
        _tail = Encoding.UTF8.GetBytes(
            $",\"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"{JsonText.Escape(queueArn)}\",\"awsRegion\":\"{JsonText.Escape(context.Region)}\"}},");
    }

    public int EnvelopeBytes => 16;

    public int Bound(in Record record)
    {
        var size = FixedBytes + _tail.Length + PayloadBuffer.EscapedBound(record.Data.Span);
        if (record.Detail is QueueDetail { Received: var received })
        {
            size += PayloadBuffer.EscapedBound((received.Message.Group?.Length ?? 0) + (received.Content.Deduplication?.Length ?? 0)
                + (received.Content.TraceHeader?.Length ?? 0) + (received.Message.Origin?.Length ?? 0));
            foreach (var (name, attribute) in received.Content.Attributes)
            {
                size += AttributeBytes + PayloadBuffer.EscapedBound(3 * (name.Length + attribute.DataType.Length + (attribute.Text?.Length ?? 0)))
                    + PayloadBuffer.Base64Bound(attribute.Binary?.Length ?? 0);
            }
        }

        return size;
    }

    public void Begin(PayloadBuffer buffer) => buffer.Raw("{\"Records\":["u8);

    public void Append(PayloadBuffer buffer, in Record record)
    {
        var detail = Detail(record);
        buffer.Ensure(Bound(record));
        WriteHead(buffer, detail);
        buffer.Raw(",\"body\":\""u8);
        buffer.Escaped(record.Data.Span);
        buffer.Raw("\""u8);
        WriteRest(buffer, detail, _sender);
        buffer.Raw(_tail);
    }

    public void End(PayloadBuffer buffer) => Envelope.CloseList(buffer, "]}"u8);

    /// <summary>Everything of a message but its body, as an object: what filters see beside the body.</summary>
    public void WriteMetadata(PayloadBuffer buffer, in Record record)
    {
        var detail = Detail(record);
        buffer.Ensure(Bound(record));
        WriteHead(buffer, detail);
        WriteRest(buffer, detail, _sender);
        buffer.Raw("}"u8);
    }

    private static QueueDetail Detail(in Record record)
        => record.Detail as QueueDetail ?? throw new InvalidOperationException("a record of a queue came without its message");

    private static void WriteHead(PayloadBuffer buffer, QueueDetail detail)
    {
        buffer.Raw("{"u8);
        Text(buffer, "messageId", detail.MessageId!);
        buffer.Raw(","u8);
        Text(buffer, "receiptHandle", detail.Handle);
    }

    private static void WriteRest(PayloadBuffer buffer, QueueDetail detail, string sender)
    {
        var (message, content) = detail.Received;
        buffer.Raw(",\"attributes\":{"u8);
        Text(buffer, "ApproximateReceiveCount", Number(message.Receives));
        if (content.TraceHeader is { } trace)
        {
            More(buffer, "AWSTraceHeader", trace);
        }

        More(buffer, "SentTimestamp", Number(message.SentMs));
        if (content.Deduplication is { } deduplication)
        {
            More(buffer, "SequenceNumber", QueueReceived.SequenceText(message.Receipt.Sequence));
            More(buffer, "MessageDeduplicationId", deduplication);
        }

        if (message.Group is { } group)
        {
            More(buffer, "MessageGroupId", group);
        }

        if (message.Origin is { } origin)
        {
            More(buffer, "DeadLetterQueueSourceArn", origin);
        }

        More(buffer, "SenderId", sender);
        More(buffer, "ApproximateFirstReceiveTimestamp", Number(message.FirstReceiveMs));
        buffer.Raw("},\"messageAttributes\":{"u8);
        WriteAttributes(buffer, content.Attributes);
        buffer.Raw("}"u8);
        if (content.AttributesMd5 is { } digest)
        {
            More(buffer, "md5OfMessageAttributes", digest);
        }

        More(buffer, "md5OfBody", content.BodyMd5);
    }

    private static void WriteAttributes(PayloadBuffer buffer, IReadOnlyDictionary<string, QueueAttribute> attributes)
    {
        var first = true;
        foreach (var (name, attribute) in attributes)
        {
            buffer.Raw(first ? "\""u8 : ",\""u8);
            first = false;
            buffer.Escaped(name);
            buffer.Raw("\":{"u8);
            if (attribute.Binary is { } bytes)
            {
                buffer.Raw("\"binaryValue\":\""u8);
                buffer.Base64(bytes);
                buffer.Raw("\""u8);
            }
            else
            {
                Text(buffer, "stringValue", attribute.Text ?? "");
            }

            buffer.Raw(",\"stringListValues\":[],\"binaryListValues\":[]"u8);
            More(buffer, "dataType", attribute.DataType);
            buffer.Raw("}"u8);
        }
    }

    private static void More(PayloadBuffer buffer, string name, string value)
    {
        buffer.Raw(","u8);
        Text(buffer, name, value);
    }

    private static void Text(PayloadBuffer buffer, string name, string value)
    {
        buffer.Raw("\""u8);
        buffer.Escaped(name);
        buffer.Raw("\":\""u8);
        buffer.Escaped(value);
        buffer.Raw("\""u8);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
