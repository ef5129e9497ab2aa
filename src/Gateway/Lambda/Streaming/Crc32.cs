using System.Buffers;
using System.Buffers.Binary;

namespace Dispatcher.Gateway.Lambda.Streaming;

/// <summary>The checksum of event stream frames: CRC-32 as in zip and PNG, eight bytes at a time.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Lanes = 8;

    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of what came before and of these bytes; begin with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var t = Tables;
        crc = ~crc;
        while (bytes.Length >= Lanes)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7][(byte)low] ^ t[6][(byte)(low >> 8)] ^ t[5][(byte)(low >> 16)] ^ t[4][low >> 24]
                ^ t[3][(byte)high] ^ t[2][(byte)(high >> 8)] ^ t[1][(byte)(high >> 16)] ^ t[0][high >> 24];
            bytes = bytes[Lanes..];
        }

        foreach (var one in bytes)
        {
            crc = t[0][(byte)(crc ^ one)] ^ (crc >> 8);
        }

        return ~crc;
    }

    /// <summary>The same over bytes in several pieces.</summary>
    public static uint Append(uint crc, in ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            crc = Append(crc, piece.Span);
        }

        return crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = Enumerable.Range(0, Lanes).Select(_ => new uint[256]).ToArray();
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            }

            tables[0][i] = crc;
        }

        for (var lane = 1; lane < Lanes; lane++)
        {
            for (var i = 0; i < 256; i++)
            {
                var before = tables[lane - 1][i];
                tables[lane][i] = tables[0][(byte)before] ^ (before >> 8);
            }
        }

        return tables;
    }
}
