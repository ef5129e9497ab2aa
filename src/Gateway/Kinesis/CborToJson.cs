using System.Formats.Cbor;
using System.Text.Json;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>
/// Turns a CBOR input into the JSON that says the same, for all operations whose speed does not matter: byte strings become
/// base64, times become seconds.
/// </summary>
internal static class CborToJson
{
    /// <summary>Levels of nesting; no input has as many.</summary>
    private const int Depth = 64;

    /// <summary>
    /// A time above this is in milliseconds, below in seconds: as seconds it lies beyond the year 5000, as milliseconds before
    /// 1974. AWS's SDKs write milliseconds, RFC 8949 says seconds.
    /// </summary>
    private const double MillisecondsFrom = 1e11;

    /// <summary>Writes one data item, which must be all there is.</summary>
    /// <exception cref="CborContentException">It is not well-formed, or is no JSON value.</exception>
    /// <exception cref="InvalidOperationException">A map key is not text.</exception>
    public static void Convert(ReadOnlyMemory<byte> cbor, Utf8JsonWriter into)
    {
        var reader = new CborReader(cbor, CborConformanceMode.Strict);
        Value(reader, into, Depth);
        if (reader.BytesRemaining > 0)
        {
            throw new CborContentException("there are bytes after the first data item");
        }
    }

    private static void Value(CborReader reader, Utf8JsonWriter into, int depth)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.StartMap:
                Map(reader, into, Deeper(depth));
                break;
            case CborReaderState.StartArray:
                Array(reader, into, Deeper(depth));
                break;
            case CborReaderState.Tag:
                Tagged(reader, into, Deeper(depth));
                break;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                into.WriteStringValue(reader.ReadTextString());
                break;
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                into.WriteBase64StringValue(reader.ReadByteString());
                break;
            default:
                Simple(reader, into);
                break;
        }
    }

    private static void Simple(CborReader reader, Utf8JsonWriter into)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger:
                into.WriteNumberValue(reader.ReadUInt64());
                break;
            case CborReaderState.NegativeInteger:
                into.WriteNumberValue(reader.ReadInt64());
                break;
            case CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat:
                Float(reader.ReadDouble(), into);
                break;
            case CborReaderState.Boolean:
                into.WriteBooleanValue(reader.ReadBoolean());
                break;
            case CborReaderState.Null:
                reader.ReadNull();
                into.WriteNullValue();
                break;
            default:
                throw new CborContentException($"{reader.PeekState()} has no place in an input");
        }
    }

    private static void Map(CborReader reader, Utf8JsonWriter into, int depth)
    {
        reader.ReadStartMap();
        into.WriteStartObject();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            into.WritePropertyName(reader.ReadTextString());
            Value(reader, into, depth);
        }

        reader.ReadEndMap();
        into.WriteEndObject();
    }

    private static void Array(CborReader reader, Utf8JsonWriter into, int depth)
    {
        reader.ReadStartArray();
        into.WriteStartArray();
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            Value(reader, into, depth);
        }

        reader.ReadEndArray();
        into.WriteEndArray();
    }

    private static void Tagged(CborReader reader, Utf8JsonWriter into, int depth)
    {
        if (reader.ReadTag() != CborTag.UnixTimeSeconds)
        {
            Value(reader, into, depth);
            return;
        }

        var time = reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger
            ? reader.ReadInt64()
            : reader.ReadDouble();
        Float(Math.Abs(time) >= MillisecondsFrom ? time / 1000 : time, into);
    }

    private static void Float(double value, Utf8JsonWriter into)
    {
        if (!double.IsFinite(value))
        {
            throw new CborContentException("a number is not finite");
        }

        into.WriteNumberValue(value);
    }

    private static int Deeper(int depth)
        => depth > 0 ? depth - 1 : throw new CborContentException("the input is nested too deep");
}
