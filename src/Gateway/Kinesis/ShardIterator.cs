using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>
/// A place in a shard, as an opaque text that needs no state here: it outlives a restart and can be used at every silo. A
/// checksum over it and the stream's id tells a damaged or made-up one.
/// </summary>
/// <param name="CreatedMs">Milliseconds since 1970 at which it was given out.</param>
/// <param name="StreamId">The id of the stream: an iterator of a deleted stream is none of its successor.</param>
/// <param name="Stream">The stream's name.</param>
/// <param name="Shard">The shard's id.</param>
/// <param name="Position">The next position to read.</param>
internal sealed record ShardIterator(long CreatedMs, string StreamId, string Stream, string Shard, long Position)
{
    private const byte Version = 1;
    private const int FixedBytes = 1 + 8 + 8;
    private const int CheckBytes = 8;
    private const int LongestText = 512;

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is something else.</summary>
    public static ShardIterator? Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[LongestText];
        if (text.Length > LongestText || !Convert.TryFromBase64String(text, bytes, out var length)
            || length <= FixedBytes + CheckBytes || bytes[0] != Version)
        {
            return null;
        }

        var content = bytes[..(length - CheckBytes)];
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, check);
        if (!check[..CheckBytes].SequenceEqual(bytes[(length - CheckBytes)..length]))
        {
            return null;
        }

        var names = Encoding.UTF8.GetString(content[FixedBytes..]).Split('/');
        return names.Length != 3 ? null : new ShardIterator(
            BinaryPrimitives.ReadInt64BigEndian(content[1..]), names[0], names[1], names[2],
            BinaryPrimitives.ReadInt64BigEndian(content[9..]));
    }

    /// <summary>The opaque text, at most 512 characters.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[LongestText];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], CreatedMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Position);
        var names = string.Create(CultureInfo.InvariantCulture, $"{StreamId}/{Stream}/{Shard}");
        var length = FixedBytes + Encoding.UTF8.GetBytes(names, bytes[FixedBytes..]);
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], check);
        check[..CheckBytes].CopyTo(bytes[length..]);
        return Convert.ToBase64String(bytes[..(length + CheckBytes)]);
    }
}
