using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Pipeline.Destinations;

/// <summary>Makes the messages for an on-failure destination out of a batch that was given up. Pure.</summary>
internal static class FailureRecords
{
    /// <summary>
    /// One message for the batch where its records can still be read at the source; one for each record, which it carries,
    /// where the destination wants that or the source forgets what was passed.
    /// </summary>
    public static IReadOnlyList<DestinationMessage> Of(FailedBatch batch, ReadOnlySpan<Record> records, DestinationForm form)
    {
        if (form == DestinationForm.Batch && batch.SourceKeepsRecords)
        {
            return [new DestinationMessage(FailureJson.Write(batch, records, single: false))];
        }

        var messages = new DestinationMessage[records.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            var one = records.Slice(i, 1);
            messages[i] = new DestinationMessage(FailureJson.Write(batch, one, single: true), Key(batch.Kind, records[i]))
            {
                Brief = batch.SourceKeepsRecords ? FailureJson.Write(batch, one, single: true, carry: false) : null,
            };
        }

        return messages;
    }

    private static ReadOnlyMemory<byte>? Key(SourceKind kind, in Record record)
        => kind != SourceKind.Kafka || (record.Flags & RecordFlags.NullKey) != 0 ? (ReadOnlyMemory<byte>?)null : record.Key.ToArray();
}
