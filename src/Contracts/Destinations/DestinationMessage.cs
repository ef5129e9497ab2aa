namespace Dispatcher.Contracts.Destinations;

/// <summary>One message for an on-failure destination.</summary>
/// <param name="Body">AWS's record of the failure: JSON in UTF-8.</param>
/// <param name="Key">The key of the failed record, for destinations that have keys; null without.</param>
public sealed record DestinationMessage(ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte>? Key = null)
{
    /// <summary>
    /// The same record without the payload, for a destination that cannot hold it: it says where the failed record is. Null where
    /// the source keeps no records: then nothing may be left out.
    /// </summary>
    public ReadOnlyMemory<byte>? Brief { get; init; }

    /// <summary>The trace header of what led to the message; its lineage counts the hops of recursions. Null without.</summary>
    public string? TraceId { get; init; }
}
