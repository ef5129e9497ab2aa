using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>Queues: <c>body</c>, and everything else of the message.</summary>
internal sealed class QueueFields(QueuePayload shape) : IRecordFields
{
    public bool TryBody(int index, in Record record, out ReadOnlyMemory<byte> bytes)
    {
        bytes = record.Data;
        return true;
    }

    public void WriteMetadata(PayloadBuffer buffer, in Record record) => shape.WriteMetadata(buffer, record);
}
