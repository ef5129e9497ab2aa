using Confluent.Kafka;

namespace Dispatcher.Adapters.Kafka;

/// <summary>
/// Takes keys or values out of the client into memory that is used again for the next message: what is kept is copied into
/// the pooled memory of a page, so no array is made for a record and the garbage collector has none to carry along.
/// </summary>
internal sealed class MessageBytes : IDeserializer<ReadOnlyMemory<byte>?>
{
    /// <summary>Memory that is kept from one message to the next; that of larger messages is given up after use.</summary>
    private const int KeptBytes = 1024 * 1024;

    private byte[] _bytes = new byte[1024];

    /// <summary>The bytes; valid until the next call. Null for null.</summary>
    public ReadOnlyMemory<byte>? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (isNull)
        {
            return null;
        }

        if (_bytes.Length < data.Length || (_bytes.Length > KeptBytes && data.Length <= KeptBytes))
        {
            _bytes = new byte[Math.Max(1024, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)data.Length))];
        }

        data.CopyTo(_bytes);
        return _bytes.AsMemory(0, data.Length);
    }
}
