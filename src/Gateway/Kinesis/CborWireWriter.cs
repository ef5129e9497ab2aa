using System.Buffers;
using System.Formats.Cbor;
using System.Text;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>
/// Answers in CBOR. Times have tag 1 and count milliseconds, not RFC 8949's seconds: that is what AWS's SDKs write and expect
/// in application/x-amz-cbor-1.1.
/// </summary>
internal sealed class CborWireWriter(IBufferWriter<byte> into) : IWireWriter
{
    private const int StackChars = 512;

    private readonly CborWriter _cbor = new(CborConformanceMode.Lax);

    public void StartObject() => _cbor.WriteStartMap(null);

    public void EndObject() => _cbor.WriteEndMap();

    public void StartList() => _cbor.WriteStartArray(null);

    public void EndList() => _cbor.WriteEndArray();

    public void Name(string name) => _cbor.WriteTextString(name);

    public void Text(string value) => _cbor.WriteTextString(value);

    public void Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > StackChars)
        {
            _cbor.WriteTextString(Encoding.UTF8.GetString(utf8));
            return;
        }

        Span<char> text = stackalloc char[StackChars];
        _cbor.WriteTextString(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    public void Number(long value) => _cbor.WriteInt64(value);

    public void Flag(bool value) => _cbor.WriteBoolean(value);

    public void Bytes(ReadOnlySpan<byte> value) => _cbor.WriteByteString(value);

    public void Time(long milliseconds)
    {
        _cbor.WriteTag(CborTag.UnixTimeSeconds);
        _cbor.WriteInt64(milliseconds);
    }

    public void Finish()
    {
        var bytes = _cbor.BytesWritten;
        into.Advance(_cbor.Encode(into.GetSpan(bytes)));
    }

    public void Dispose()
    {
    }
}
