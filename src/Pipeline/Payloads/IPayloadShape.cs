using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>The JSON event of one kind of source: what stands around the records and how one record looks.</summary>
internal interface IPayloadShape
{
    /// <summary>Bytes of everything around the records.</summary>
    int EnvelopeBytes { get; }

    /// <summary>The role that the event names; null where events of this kind name none.</summary>
    InvokeIdentity? Identity => null;

    /// <summary>Bytes that a record takes at most, comma included; cheap, never too low.</summary>
    int Bound(in Record record);

    /// <summary>Writes what stands before the first record.</summary>
    void Begin(PayloadBuffer buffer);

    /// <summary>Writes one record. The caller made room for <see cref="Bound"/> bytes.</summary>
    void Append(PayloadBuffer buffer, in Record record);

    /// <summary>Writes what stands after the last record.</summary>
    void End(PayloadBuffer buffer);
}
