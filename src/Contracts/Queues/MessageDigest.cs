using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Contracts.Queues;

/// <summary>The MD5 digests by which clients check that a message arrived whole. They protect against nothing else.</summary>
public static class MessageDigest
{
    /// <summary>Digest of a body.</summary>
    public static string Of(ReadOnlySpan<byte> body) => Hex(MD5.HashData(body));

    /// <summary>Digest of attributes, in the order of their names; null where there are none.</summary>
    public static string? Of(IReadOnlyDictionary<string, QueueAttribute> attributes)
    {
        if (attributes.Count == 0)
        {
            return null;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var (name, attribute) in attributes.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Append(digest, Encoding.UTF8.GetBytes(name));
            Append(digest, Encoding.UTF8.GetBytes(attribute.DataType));
            digest.AppendData([attribute.Binary is null ? (byte)1 : (byte)2]);
            Append(digest, attribute.Binary ?? Encoding.UTF8.GetBytes(attribute.Text ?? ""));
        }

        return Hex(digest.GetHashAndReset());
    }

    private static void Append(IncrementalHash digest, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        digest.AppendData(length);
        digest.AppendData(bytes);
    }

    private static string Hex(byte[] digest) => Convert.ToHexStringLower(digest);
}
