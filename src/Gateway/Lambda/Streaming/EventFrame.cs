using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Dispatcher.Gateway.Lambda.Streaming;

/// <summary>
/// One kind of event in AWS's event stream encoding (<c>application/vnd.amazon.eventstream</c>): a prelude of two lengths and
/// their checksum, headers, the payload, a checksum of everything before it. All numbers are big-endian.
/// </summary>
internal sealed class EventFrame
{
    private const byte TextHeader = 7;
    private const int Prelude = 12;
    private const int Checksum = 4;

    private readonly byte[] _headers;

    private EventFrame(string eventType, string contentType)
    {
        var headers = new List<byte>();
        Add(headers, ":message-type", "event");
        Add(headers, ":event-type", eventType);
        Add(headers, ":content-type", contentType);
        _headers = [.. headers];
    }

    /// <summary>A part of the answer.</summary>
    public static EventFrame PayloadChunk { get; } = new("PayloadChunk", "application/octet-stream");

    /// <summary>The end of the answer; the payload says how it ended.</summary>
    public static EventFrame InvokeComplete { get; } = new("InvokeComplete", "application/json");

    /// <summary>Writes one event. Nothing is flushed.</summary>
    public void Write(IBufferWriter<byte> output, in ReadOnlySequence<byte> payload)
    {
        var head = output.GetSpan(Prelude + _headers.Length)[..(Prelude + _headers.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)(head.Length + payload.Length + Checksum));
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], (uint)_headers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(head[8..], Crc32.Append(0, head[..8]));
        _headers.CopyTo(head[Prelude..]);
        var crc = Crc32.Append(Crc32.Append(0, head), payload);
        output.Advance(head.Length);
        foreach (var piece in payload)
        {
            output.Write(piece.Span);
        }

        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(Checksum), crc);
        output.Advance(Checksum);
    }

    private static void Add(List<byte> headers, string name, string value)
    {
        headers.Add((byte)name.Length);
        headers.AddRange(Encoding.ASCII.GetBytes(name));
        headers.Add(TextHeader);
        headers.Add((byte)(value.Length >> 8));
        headers.Add((byte)value.Length);
        headers.AddRange(Encoding.ASCII.GetBytes(value));
    }
}
