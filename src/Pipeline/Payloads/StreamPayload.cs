using System.Text;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>Kinesis events: <c>{"Records":[{"kinesis":{…},"eventSource":"aws:kinesis",…}]}</c>.</summary>
internal sealed class StreamPayload : IPayloadShape
{
    private const int NumbersBytes = 2 * SequenceNumber.Length + 32;

    private readonly InvokeIdentity _identity;
    private readonly byte[] _afterTime;
    private readonly byte[] _tail;
    private readonly int _fixedBytes;

    public StreamPayload(string streamArn, PayloadContext context)
    {
        _afterTime = Encoding.UTF8.GetBytes(
            $"}},\"eventSource\":\"aws:kinesis\",\"eventVersion\":\"1.0\",\"eventID\":\"{context.Shard}:");
        _identity = new InvokeIdentity($"arn:aws:iam::{context.Account}:role/dispatcher");
        _tail = Encoding.UTF8.GetBytes(
            "\",\"awsRegion\":\"" + context.Region + "\",\"eventSourceARN\":\"" + JsonText.Escape(streamArn) + "\"},");
        _fixedBytes = Head.Length + AfterKey.Length + AfterSequence.Length + AfterData.Length + AfterId.Length
            + _afterTime.Length + _tail.Length + NumbersBytes;
    }

    public int EnvelopeBytes => 16;

    public InvokeIdentity Identity => _identity;

    private static ReadOnlySpan<byte> Head => "{\"kinesis\":{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\""u8;

    private static ReadOnlySpan<byte> AfterKey => "\",\"sequenceNumber\":\""u8;

    private static ReadOnlySpan<byte> AfterSequence => "\",\"data\":\""u8;

    private static ReadOnlySpan<byte> AfterData => "\",\"approximateArrivalTimestamp\":"u8;

    private static ReadOnlySpan<byte> AfterId => "\",\"eventName\":\"aws:kinesis:record\",\"invokeIdentityArn\":\""u8;

    public int Bound(in Record record) => Bound(record, _identity.Utf8);

    private int Bound(in Record record, ReadOnlySpan<byte> role)
        => _fixedBytes + role.Length + PayloadBuffer.EscapedBound(record.Key.Length) + PayloadBuffer.Base64Bound(record.Data.Length);

    public void Begin(PayloadBuffer buffer) => buffer.Raw("{\"Records\":["u8);

    public void Append(PayloadBuffer buffer, in Record record)
    {
        // A longer role may have come since the caller made room.
        var role = _identity.Utf8;
        buffer.Ensure(Bound(record, role) + EnvelopeBytes);
        buffer.Raw(Head);
        buffer.Escaped(record.Key.Span);
        buffer.Raw(AfterKey);
        var sequence = buffer.Take(SequenceNumber.Length);
        SequenceNumber.Write(record.Position, sequence);
        buffer.Raw(AfterSequence);
        buffer.Base64(record.Data.Span);
        buffer.Raw(AfterData);
        WriteSeconds(buffer, record.TimestampMs);
        buffer.Raw(_afterTime);
        buffer.Raw(sequence);
        buffer.Raw(AfterId);
        buffer.Raw(role);
        buffer.Raw(_tail);
    }

    public void End(PayloadBuffer buffer) => Envelope.CloseList(buffer, "]}"u8);

    /// <summary>Seconds with three decimals, as Kinesis prints them.</summary>
    internal static void WriteSeconds(PayloadBuffer buffer, long milliseconds)
    {
        buffer.Number(milliseconds / 1000);
        var rest = (int)(milliseconds % 1000);
        var digits = buffer.Take(4);
        digits[0] = (byte)'.';
        digits[1] = (byte)('0' + (rest / 100));
        digits[2] = (byte)('0' + (rest / 10 % 10));
        digits[3] = (byte)('0' + (rest % 10));
    }
}
