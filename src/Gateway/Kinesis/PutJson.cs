using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Reads puts in JSON.</summary>
internal ref struct PutJson
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly PutInput _into;
    private Utf8JsonReader _reader;

    private PutJson(ReadOnlyMemory<byte> body, PutInput into)
    {
        (_body, _into) = (body, into);
        _reader = new Utf8JsonReader(body.Span);
    }

    /// <summary>Reads a whole body; false where it is not what the model says.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, PutInput into)
    {
        try
        {
            return new PutJson(body, into).Input();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // the slow way says what is wrong
        }
    }

    private bool Input()
    {
        var fields = default(PutFields);
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!Member(ref fields))
            {
                return false;
            }
        }

        return _reader.TokenType == JsonTokenType.EndObject && !_reader.Read() && (_into.Single ? _into.TryAdd(fields) : _into.Count > 0);
    }

    private bool Member(ref PutFields fields)
    {
        if (_reader.ValueTextEquals("StreamName"u8))
        {
            return Text(out var name) && (_into.StreamName = name) is not null;
        }

        if (_reader.ValueTextEquals("StreamARN"u8))
        {
            return Text(out var arn) && (_into.StreamArn = arn) is not null;
        }

        if (!_into.Single && _reader.ValueTextEquals("Records"u8))
        {
            return Records();
        }

        return _into.Single ? Field(ref fields) : Skip();
    }

    private bool Records()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartArray || _into.Count > 0)
        {
            return false;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            var fields = default(PutFields);
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Field(ref fields))
                {
                    return false;
                }
            }

            if (!_into.TryAdd(fields))
            {
                return false;
            }
        }

        return _reader.TokenType == JsonTokenType.EndArray;
    }

    private bool Field(ref PutFields fields)
    {
        if (_reader.ValueTextEquals("Data"u8))
        {
            return _reader.Read() && Data(ref fields);
        }

        if (_reader.ValueTextEquals("PartitionKey"u8))
        {
            return _reader.Read() && Key(ref fields);
        }

        return _reader.ValueTextEquals("ExplicitHashKey"u8) ? _reader.Read() && Hash(ref fields) : Skip();
    }

    private bool Data(ref PutFields fields)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        int bytes;
        if (_reader.ValueIsEscaped)
        {
            var length = _reader.CopyString(_into.Free);
            if (Base64.DecodeFromUtf8InPlace(_into.Free[..length], out bytes) != OperationStatus.Done)
            {
                return false;
            }
        }
        else if (Base64.DecodeFromUtf8(_reader.ValueSpan, _into.Free, out _, out bytes) != OperationStatus.Done)
        {
            return false;
        }

        fields.Data = _into.Take(bytes);
        return true;
    }

    private bool Key(ref PutFields fields)
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        fields.Key = _reader.ValueIsEscaped
            ? _into.Take(_reader.CopyString(_into.Free))
            : _body.Slice((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length);
        return true;
    }

    private bool Hash(ref PutFields fields)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        var known = _reader.TokenType == JsonTokenType.String && PutInput.TryHash(_reader.ValueSpan, out var hash)
            ? hash
            : (UInt128?)null;
        fields.Hash = known;
        return known is not null;
    }

    private bool Text(out string? text)
    {
        text = _reader.Read() && _reader.TokenType == JsonTokenType.String ? _reader.GetString() : null;
        return text is not null;
    }

    private bool Skip()
    {
        _reader.Skip();
        return true;
    }
}
