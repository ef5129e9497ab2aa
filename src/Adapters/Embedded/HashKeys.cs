using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Dispatcher.Adapters.Embedded;

/// <summary>Hash keys of streams: numbers of 128 bits, decimal in documents and on the wire.</summary>
internal static class HashKeys
{
    /// <summary>The hash key of a partition key: its MD5 as a big-endian number.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> partitionKey)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(partitionKey, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Reads a hash key of a document.</summary>
    public static UInt128 Parse(string text) => UInt128.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The decimal form.</summary>
    public static string Format(UInt128 hash) => hash.ToString(CultureInfo.InvariantCulture);

    /// <summary>Where each of so many ranges of the same size begins; the first at 0, the last takes what is left over.</summary>
    public static UInt128[] UniformStarts(int ranges)
    {
        // 2^128 / ranges without a number of 129 bits
        var size = UInt128.MaxValue / (UInt128)ranges;
        if (UInt128.MaxValue % (UInt128)ranges == (UInt128)ranges - 1)
        {
            size++;
        }

        var starts = new UInt128[ranges];
        for (var i = 0; i < ranges; i++)
        {
            starts[i] = size * (UInt128)i;
        }

        return starts;
    }
}
