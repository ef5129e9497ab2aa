using System.Text;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>Kafka events: <c>{"eventSource":…,"bootstrapServers":…,"records":{"topic-0":[{…}]}}</c>.</summary>
internal sealed class KafkaPayload : IPayloadShape
{
    /// <summary>Decimal digits of an offset and a timestamp, the partition, quotes and names.</summary>
    private const int NumbersBytes = 20 + 20 + 24;

    private readonly byte[] _begin;
    private readonly byte[] _head;

    /// <param name="clusterArn">The MSK cluster's ARN; null for a self-managed cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="context">Shard (<c>topic-partition</c>) and brokers.</param>
    public KafkaPayload(string? clusterArn, string topic, PayloadContext context)
    {
        var source = clusterArn is null
            ? "\"eventSource\":\"SelfManagedKafka\""
            : $"\"eventSource\":\"aws:kafka\",\"eventSourceArn\":\"{JsonText.Escape(clusterArn)}\"";
        var servers = JsonText.Escape(context.BootstrapServers);
        _begin = Encoding.UTF8.GetBytes(
            $"{{{source},\"bootstrapServers\":\"{servers}\",\"records\":{{\"{JsonText.Escape(context.Shard)}\":[");
        var partition = context.Shard[(topic.Length + 1)..];
        _head = Encoding.UTF8.GetBytes($"{{\"topic\":\"{JsonText.Escape(topic)}\",\"partition\":{partition},\"offset\":");
    }

    public int EnvelopeBytes => _begin.Length + 8;

    private static ReadOnlySpan<byte> Headers => ",\"headers\":["u8;

    public int Bound(in Record record)
    {
        var size = _head.Length + NumbersBytes + 100 + PayloadBuffer.Base64Bound(record.Key.Length)
            + PayloadBuffer.Base64Bound(record.Data.Length);
        return record.Detail is KafkaDetail detail ? size + HeadersBound(detail.Headers) : size;
    }

    public void Begin(PayloadBuffer buffer)
    {
        buffer.Ensure(_begin.Length);
        buffer.Raw(_begin);
    }

    public void Append(PayloadBuffer buffer, in Record record)
    {
        buffer.Raw(_head);
        buffer.Number(record.Position);
        buffer.Raw(",\"timestamp\":"u8);
        buffer.Number(record.TimestampMs);
        buffer.Raw(TimestampType(record.Flags));
        if ((record.Flags & RecordFlags.NullKey) == 0)
        {
            buffer.Raw(",\"key\":\""u8);
            buffer.Base64(record.Key.Span);
            buffer.Raw("\""u8);
        }

        if ((record.Flags & RecordFlags.NullData) == 0)
        {
            buffer.Raw(",\"value\":\""u8);
            buffer.Base64(record.Data.Span);
            buffer.Raw("\""u8);
        }

        buffer.Raw(Headers);
        if (record.Detail is KafkaDetail detail)
        {
            WriteHeaders(buffer, detail.Headers);
        }

        buffer.Raw("]},"u8);
    }

    public void End(PayloadBuffer buffer) => Envelope.CloseList(buffer, "]}}"u8);

    private static ReadOnlySpan<byte> TimestampType(RecordFlags flags)
        => (flags & RecordFlags.NoTimestamp) != 0 ? ",\"timestampType\":\"NO_TIMESTAMP_TYPE\""u8
            : (flags & RecordFlags.LogAppendTime) != 0 ? ",\"timestampType\":\"LOG_APPEND_TIME\""u8
            : ",\"timestampType\":\"CREATE_TIME\""u8;

    private static int HeadersBound(IReadOnlyList<RecordHeader> headers)
    {
        var size = 0;
        foreach (var header in headers)
        {
            // A UTF-16 unit is at most 3 bytes; a byte is at most five characters: "-128,".
            size += 16 + PayloadBuffer.EscapedBound(header.Key.Length * 3) + (5 * (header.Value?.Length ?? 0));
        }

        return size;
    }

    private static void WriteHeaders(PayloadBuffer buffer, IReadOnlyList<RecordHeader> headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            buffer.Raw(i == 0 ? "{\""u8 : ",{\""u8);
            buffer.Escaped(headers[i].Key);
            buffer.Raw("\":"u8);
            SignedBytes.Write(buffer, headers[i].Value);
            buffer.Raw("}"u8);
        }
    }
}
