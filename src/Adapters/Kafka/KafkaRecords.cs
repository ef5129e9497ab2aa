using Confluent.Kafka;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Turns messages of the client into records. The bytes are valid until the next message.</summary>
internal static class KafkaRecords
{
    /// <summary>The record of a message.</summary>
    public static Record From(ConsumeResult<ReadOnlyMemory<byte>?, ReadOnlyMemory<byte>?> result)
    {
        var message = result.Message;
        var flags = RecordFlags.None;
        if (message.Key is null)
        {
            flags |= RecordFlags.NullKey;
        }

        if (message.Value is null)
        {
            flags |= RecordFlags.NullData;
        }

        var timestamp = message.Timestamp;
        if (timestamp.Type == TimestampType.NotAvailable)
        {
            return new Record(
                result.Offset.Value, message.Key.GetValueOrDefault(), message.Value.GetValueOrDefault(), 0, flags | RecordFlags.NoTimestamp, Detail(message.Headers));
        }

        if (timestamp.Type == TimestampType.LogAppendTime)
        {
            flags |= RecordFlags.LogAppendTime;
        }

        return new Record(
            result.Offset.Value, message.Key.GetValueOrDefault(), message.Value.GetValueOrDefault(), timestamp.UnixTimestampMs, flags, Detail(message.Headers));
    }

    private static KafkaDetail? Detail(Headers? headers)
    {
        if (headers is not { Count: > 0 })
        {
            return null;
        }

        var copy = new RecordHeader[headers.Count];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = new RecordHeader(headers[i].Key, headers[i].GetValueBytes());
        }

        return new KafkaDetail(copy);
    }
}
