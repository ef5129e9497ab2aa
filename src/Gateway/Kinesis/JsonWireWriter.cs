using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>Answers in JSON: blobs in base64, times in seconds with milliseconds behind the point.</summary>
internal sealed class JsonWireWriter(IBufferWriter<byte> into) : IWireWriter
{
    private readonly Utf8JsonWriter _json = new(into, new JsonWriterOptions
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public void StartObject() => _json.WriteStartObject();

    public void EndObject() => _json.WriteEndObject();

    public void StartList() => _json.WriteStartArray();

    public void EndList() => _json.WriteEndArray();

    public void Name(string name) => _json.WritePropertyName(name);

    public void Text(string value) => _json.WriteStringValue(value);

    public void Text(ReadOnlySpan<byte> utf8) => _json.WriteStringValue(utf8);

    public void Number(long value) => _json.WriteNumberValue(value);

    public void Flag(bool value) => _json.WriteBooleanValue(value);

    public void Bytes(ReadOnlySpan<byte> value) => _json.WriteBase64StringValue(value);

    public void Time(long milliseconds) => _json.WriteNumberValue(milliseconds / 1000m);

    public void Finish() => _json.Flush();

    public void Dispose() => _json.Dispose();
}
