using System.Buffers.Binary;
using System.Text;

namespace Dispatcher.Gateway.Tests.Streaming;

/// <summary>Reads event stream frames from the wire and checks lengths and checksums, bit by bit.</summary>
internal static class EventStreamReader
{
    /// <summary>The next event; null at the end of the stream.</summary>
    public static async Task<StreamedEvent?> NextAsync(Stream stream)
    {
        var prelude = new byte[12];
        if (await stream.ReadAtLeastAsync(prelude, 12, throwOnEndOfStream: false) == 0)
        {
            return null;
        }

        var total = BinaryPrimitives.ReadInt32BigEndian(prelude);
        var headerBytes = BinaryPrimitives.ReadInt32BigEndian(prelude.AsSpan(4));
        Assert.Equal(Crc(prelude.AsSpan(0, 8)), BinaryPrimitives.ReadUInt32BigEndian(prelude.AsSpan(8)));
        var frame = new byte[total];
        prelude.CopyTo(frame, 0);
        await stream.ReadExactlyAsync(frame.AsMemory(12));
        Assert.Equal(Crc(frame.AsSpan(0, total - 4)), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(total - 4)));
        return new StreamedEvent(Headers(frame.AsSpan(12, headerBytes)), frame[(12 + headerBytes)..^4]);
    }

    private static Dictionary<string, string> Headers(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>();
        while (!bytes.IsEmpty)
        {
            var name = Encoding.ASCII.GetString(bytes.Slice(1, bytes[0]));
            bytes = bytes[(1 + bytes[0])..];
            Assert.Equal(7, bytes[0]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
            headers.Add(name, Encoding.UTF8.GetString(bytes.Slice(3, length)));
            bytes = bytes[(3 + length)..];
        }

        return headers;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
