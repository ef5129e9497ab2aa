using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>RabbitMQ: <c>data</c>, <c>basicProperties</c> and <c>redelivered</c>.</summary>
internal sealed class RabbitMqFields : IRecordFields
{
    public bool TryBody(int index, in Record record, out ReadOnlyMemory<byte> bytes)
    {
        bytes = record.Data;
        return true;
    }

    public void WriteMetadata(PayloadBuffer buffer, in Record record)
    {
        RabbitMqPayload.WriteMetadata(buffer, record);
        buffer.Ensure(1);
        buffer.Raw("}"u8);
    }
}
