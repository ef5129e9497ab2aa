using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>Streams: <c>data</c> and the other members of the record's <c>kinesis</c> object, side by side.</summary>
internal sealed class StreamFields : IRecordFields
{
    private const int FixedBytes = 256;

    public bool TryBody(int index, in Record record, out ReadOnlyMemory<byte> bytes)
    {
        bytes = record.Data;
        return true;
    }

    public void WriteMetadata(PayloadBuffer buffer, in Record record)
    {
        buffer.Ensure(FixedBytes + PayloadBuffer.EscapedBound(record.Key.Length));
        buffer.Raw("{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\""u8);
        buffer.Escaped(record.Key.Span);
        buffer.Raw("\",\"sequenceNumber\":\""u8);
        SequenceNumber.Write(record.Position, buffer.Take(SequenceNumber.Length));
        buffer.Raw("\",\"approximateArrivalTimestamp\":"u8);
        StreamPayload.WriteSeconds(buffer, record.TimestampMs);
        buffer.Raw("}"u8);
    }
}
