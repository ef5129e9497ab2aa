using Dispatcher.Contracts.Records;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Filters.Sources;

/// <summary>What a pattern sees of a record of one kind of source.</summary>
internal interface IRecordFields
{
    /// <summary>One part that the producer wrote; false where the record has none (null, not empty).</summary>
    /// <param name="index">The place of the part's name in <see cref="BodyRule.Names"/>.</param>
    /// <param name="record">The record.</param>
    /// <param name="bytes">Its bytes.</param>
    bool TryBody(int index, in Record record, out ReadOnlyMemory<byte> bytes);

    /// <summary>Writes everything else as one JSON object, shaped as the function sees it; only called where a pattern asks.</summary>
    void WriteMetadata(PayloadBuffer buffer, in Record record);
}
