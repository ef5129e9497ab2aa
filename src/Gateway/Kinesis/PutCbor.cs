using System.Formats.Cbor;
using System.Text;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Reads puts in CBOR.</summary>
internal readonly struct PutCbor
{
    private readonly CborReader _reader;
    private readonly PutInput _into;

    private PutCbor(ReadOnlyMemory<byte> body, PutInput into)
        => (_reader, _into) = (new CborReader(body, CborConformanceMode.Lax), into);

    /// <summary>Reads a whole body; false where it is not what the model says.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, PutInput into)
    {
        try
        {
            return new PutCbor(body, into).Input();
        }
        catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException)
        {
            return false; // the slow way says what is wrong
        }
    }

    private bool Input()
    {
        var fields = default(PutFields);
        _reader.ReadStartMap();
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            if (!Member(Text().Span, ref fields))
            {
                return false;
            }
        }

        _reader.ReadEndMap();
        return _reader.BytesRemaining == 0 && (_into.Single ? _into.TryAdd(fields) : _into.Count > 0);
    }

    private bool Member(ReadOnlySpan<byte> name, ref PutFields fields)
    {
        if (name.SequenceEqual("StreamName"u8))
        {
            _into.StreamName = _reader.ReadTextString();
        }
        else if (name.SequenceEqual("StreamARN"u8))
        {
            _into.StreamArn = _reader.ReadTextString();
        }
        else if (!_into.Single && name.SequenceEqual("Records"u8))
        {
            return Records();
        }
        else if (_into.Single)
        {
            return Field(name, ref fields);
        }
        else
        {
            _reader.SkipValue();
        }

        return true;
    }

    private bool Records()
    {
        if (_into.Count > 0)
        {
            return false;
        }

        _reader.ReadStartArray();
        while (_reader.PeekState() != CborReaderState.EndArray)
        {
            var fields = default(PutFields);
            _reader.ReadStartMap();
            while (_reader.PeekState() != CborReaderState.EndMap)
            {
                if (!Field(Text().Span, ref fields))
                {
                    return false;
                }
            }

            _reader.ReadEndMap();
            if (!_into.TryAdd(fields))
            {
                return false;
            }
        }

        _reader.ReadEndArray();
        return true;
    }

    private bool Field(ReadOnlySpan<byte> name, ref PutFields fields)
    {
        if (name.SequenceEqual("Data"u8))
        {
            fields.Data = _reader.PeekState() == CborReaderState.ByteString
                ? _reader.ReadDefiniteLengthByteString()
                : _reader.ReadByteString();
        }
        else if (name.SequenceEqual("PartitionKey"u8))
        {
            fields.Key = Text();
        }
        else if (name.SequenceEqual("ExplicitHashKey"u8) && _reader.PeekState() != CborReaderState.Null)
        {
            var known = PutInput.TryHash(Text().Span, out var hash);
            fields.Hash = hash;
            return known;
        }
        else
        {
            _reader.SkipValue();
        }

        return true;
    }

    private ReadOnlyMemory<byte> Text() => _reader.PeekState() == CborReaderState.TextString
        ? _reader.ReadDefiniteLengthTextStringBytes()
        : Encoding.UTF8.GetBytes(_reader.ReadTextString());
}
