using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>Kafka: <c>key</c>, <c>value</c>, and the other members of the record as the payload shows them.</summary>
internal sealed class KafkaFields(KafkaPayload payload) : IRecordFields
{
    public bool TryBody(int index, in Record record, out ReadOnlyMemory<byte> bytes)
    {
        bytes = index == 0 ? record.Key : record.Data;
        return (record.Flags & (index == 0 ? RecordFlags.NullKey : RecordFlags.NullData)) == 0;
    }

    public void WriteMetadata(PayloadBuffer buffer, in Record record)
    {
        var rest = record with { Key = default, Data = default, Flags = record.Flags | RecordFlags.NullKey | RecordFlags.NullData };
        buffer.Ensure(payload.Bound(rest));
        payload.Append(buffer, rest);

        // The comma between records.
        buffer.DropLast();
    }
}
