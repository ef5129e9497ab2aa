using System.Text;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Payloads;

/// <summary>Kinesis events: <c>{"Records":[{"kinesis":{…},"eventSource":"aws:kinesis",…}]}</c>.</summary>
internal sealed class StreamPayload : IPayloadShape
{
    private const int NumbersBytes = 2 * SequenceNumber.Length + 32;

    private readonly byte[] _afterTime;
    private readonly byte[] _tail;
    private readonly int _fixedBytes;

    public StreamPayload(string streamArn, PayloadContext context)
    {
        _afterTime = Encoding.UTF8.GetBytes(
            $"}},\"eventSource\":\"aws:kinesis\",\"eventVersion\":\"1.0\",\"eventID\":\"{context.Shard}:");
        _tail = Encoding.UTF8.GetBytes(
            "\",\"eventName\":\"aws:kinesis:record\",\"invokeIdentityArn\":\"arn:aws:iam::" + context.Account
            + ":role/dispatcher\",\"awsRegion\":\"" + context.Region + "\",\"eventSourceARN\":\"" + JsonText.Escape(streamArn) + "\"},");
        _fixedBytes = Head.Length + AfterKey.Length + AfterSequence.Length + AfterData.Length
            + _afterTime.Length + _tail.Length + NumbersBytes;
    }

    public int EnvelopeBytes => 16;

    private static ReadOnlySpan<byte> Head => "{\"kinesis\":{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\""u8;

    private static ReadOnlySpan<byte> AfterKey => "\",\"sequenceNumber\":\""u8;

    private static ReadOnlySpan<byte> AfterSequence => "\",\"data\":\""u8;

    private static ReadOnlySpan<byte> AfterData => "\",\"approximateArrivalTimestamp\":"u8;

    public int Bound(in Record record)
        => _fixedBytes + PayloadBuffer.EscapedBound(record.Key.Length) + PayloadBuffer.Base64Bound(record.Data.Length);

    public void Begin(PayloadBuffer buffer) => buffer.Raw("{\"Records\":["u8);

    public void Append(PayloadBuffer buffer, in Record record)
    {
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
