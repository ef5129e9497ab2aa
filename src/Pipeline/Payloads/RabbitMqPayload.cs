using System.Globalization;
using System.Text;
using System.Text.Json;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>RabbitMQ events: <c>{"eventSource":"aws:rmq",…,"rmqMessagesByQueue":{"queue::vhost":[{…}]}}</c>.</summary>
internal sealed class RabbitMqPayload : IPayloadShape
{
    private static readonly AmqpDetail NoProperties = new();

    private readonly byte[] _begin;

    public RabbitMqPayload(string brokerArn, string queue, string virtualHost)
        => _begin = Encoding.UTF8.GetBytes(
            $"{{\"eventSource\":\"aws:rmq\",\"eventSourceArn\":\"{JsonText.Escape(brokerArn)}\",\"rmqMessagesByQueue\":"
            + $"{{\"{JsonText.Escape(queue)}::{JsonText.Escape(virtualHost)}\":[");

    public int EnvelopeBytes => _begin.Length + 8;

    public int Bound(in Record record)
        => 400 + PayloadBuffer.Base64Bound(record.Data.Length) + (record.Detail is AmqpDetail detail ? AmqpBound.Of(detail) : 0);

    public void Begin(PayloadBuffer buffer)
    {
        buffer.Ensure(_begin.Length);
        buffer.Raw(_begin);
    }

    public void Append(PayloadBuffer buffer, in Record record)
    {
        WriteMetadata(buffer, record);
        buffer.Ensure(64 + PayloadBuffer.Base64Bound(record.Data.Length));
        buffer.Raw(",\"data\":\""u8);
        buffer.Base64(record.Data.Span);
        buffer.Raw("\"},"u8);
    }

    public void End(PayloadBuffer buffer) => Envelope.CloseList(buffer, "]}}"u8);

    /// <summary>Everything but the data and the closing brace.</summary>
    internal static void WriteMetadata(PayloadBuffer buffer, in Record record)
    {
        buffer.Ensure(64);
        WriteProperties(buffer, record.Detail as AmqpDetail ?? NoProperties, record.Data.Length);
        buffer.Ensure(64);
        buffer.Raw((record.Flags & RecordFlags.Redelivered) != 0 ? ",\"redelivered\":true"u8 : ",\"redelivered\":false"u8);
    }

    private static void WriteProperties(PayloadBuffer buffer, AmqpDetail detail, int bodySize)
    {
        Text(buffer, "{\"basicProperties\":{\"contentType\":"u8, detail.ContentType);
        Text(buffer, ",\"contentEncoding\":"u8, detail.ContentEncoding);
        Headers(buffer, detail.Headers);
        Number(buffer, ",\"deliveryMode\":"u8, detail.DeliveryMode);
        Number(buffer, ",\"priority\":"u8, detail.Priority);
        Text(buffer, ",\"correlationId\":"u8, detail.CorrelationId);
        Text(buffer, ",\"replyTo\":"u8, detail.ReplyTo);
        Text(buffer, ",\"expiration\":"u8, detail.Expiration);
        Text(buffer, ",\"messageId\":"u8, detail.MessageId);
        Text(buffer, ",\"timestamp\":"u8, detail.TimestampSeconds is { } seconds ? Time(seconds) : null);
        Text(buffer, ",\"type\":"u8, detail.Type);
        Text(buffer, ",\"userId\":"u8, detail.UserId);
        Text(buffer, ",\"appId\":"u8, detail.AppId);
        Text(buffer, ",\"clusterId\":"u8, detail.ClusterId);
        Number(buffer, ",\"bodySize\":"u8, bodySize);
        buffer.Raw("}"u8);
    }

    /// <summary>AWS's form: <c>Jan 1, 1970, 12:33:41 AM</c>; a time no calendar has is left out.</summary>
    private static string? Time(long seconds)
        => seconds is >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("MMM d, yyyy, hh:mm:ss tt", CultureInfo.InvariantCulture)
            : null;

    private static void Text(PayloadBuffer buffer, ReadOnlySpan<byte> name, string? value)
    {
        buffer.Ensure(name.Length + 8);
        buffer.Raw(name);
        if (value is null)
        {
            buffer.Raw("null"u8);
            return;
        }

        buffer.Raw("\""u8);
        buffer.Escaped(value);
        buffer.Ensure(4);
        buffer.Raw("\""u8);
    }

    private static void Number(PayloadBuffer buffer, ReadOnlySpan<byte> name, int? value)
    {
        buffer.Ensure(name.Length + 16);
        buffer.Raw(name);
        if (value is { } number)
        {
            buffer.Number(number);
        }
        else
        {
            buffer.Raw("null"u8);
        }
    }

    private static void Headers(PayloadBuffer buffer, IReadOnlyDictionary<string, object?>? headers)
    {
        buffer.Ensure(32);
        buffer.Raw(",\"headers\":"u8);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            AmqpHeaders.Write(writer, headers);
        }

        buffer.Ensure((int)json.Length + 4);
        buffer.Raw(json.GetBuffer().AsSpan(0, (int)json.Length));
    }
}
