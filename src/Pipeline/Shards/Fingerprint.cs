using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dispatcher.Contracts.Records;

namespace Dispatcher.Pipeline.Shards;

/// <summary>
/// What a record is, wherever it stands: message id, key and data. Records with the same content have the same fingerprint, and
/// nobody can make another record with that of a given one.
/// </summary>
internal static class Fingerprint
{
    /// <summary>The fingerprint; the same in every process.</summary>
    public static long Of(in Record record)
    {
        Span<byte> parts = stackalloc byte[3 * SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes((record.Detail?.MessageId).AsSpan()), parts);
        SHA256.HashData(record.Key.Span, parts[SHA256.HashSizeInBytes..]);
        SHA256.HashData(record.Data.Span, parts[(2 * SHA256.HashSizeInBytes)..]);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(parts, whole);
        return BinaryPrimitives.ReadInt64LittleEndian(whole);
    }
}
