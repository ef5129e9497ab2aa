using System.Buffers;
using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>One of the two forms in which calls and answers travel.</summary>
internal abstract class WireFormat(string contentType)
{
    public static readonly WireFormat Json = new JsonFormat();

    public static readonly WireFormat Cbor = new CborFormat();

    /// <summary>Its MIME type.</summary>
    public string ContentType => contentType;

    /// <summary>The format of a content type; null where it is neither.</summary>
    public static WireFormat? Of(string? contentType)
    {
        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        type = (semicolon < 0 ? type : type[..semicolon]).Trim();
        if (type.Equals(Json.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return Json;
        }

        return type.Equals(Cbor.ContentType, StringComparison.OrdinalIgnoreCase) ? Cbor : null;
    }

    /// <summary>The input of a call.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">SerializationException: it is none.</exception>
    public abstract JsonObject Read(ReadOnlyMemory<byte> body);

    /// <summary>The records of a put; false where anything is wrong with them, which the slow way then explains.</summary>
    public abstract bool TryReadPut(ReadOnlyMemory<byte> body, PutInput into);

    /// <summary>A writer of an answer.</summary>
    public abstract IWireWriter Write(IBufferWriter<byte> into);

    private sealed class JsonFormat() : WireFormat("application/x-amz-json-1.1")
    {
        private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowDuplicateProperties = false };

        public override JsonObject Read(ReadOnlyMemory<byte> body)
        {
            try
            {
                return JsonNode.Parse(body.Span, documentOptions: Options) as JsonObject
                    ?? throw ApiErrors.Serialization("The body is not a structure");
            }
            catch (JsonException)
            {
                throw ApiErrors.Serialization("The body is not valid JSON");
            }
        }

        public override bool TryReadPut(ReadOnlyMemory<byte> body, PutInput into) => PutJson.TryRead(body, into);

        public override IWireWriter Write(IBufferWriter<byte> into) => new JsonWireWriter(into);
    }

    private sealed class CborFormat() : WireFormat("application/x-amz-cbor-1.1")
    {
        public override JsonObject Read(ReadOnlyMemory<byte> body)
        {
            try
            {
                using var buffer = new PooledBuffer();
                using var json = new Utf8JsonWriter(buffer);
                CborToJson.Convert(body, json);
                json.Flush();
                return Json.Read(buffer.Written.ToArray());
            }
            catch (Exception error) when (error is CborContentException or InvalidOperationException or OverflowException or ArgumentException)
            {
                throw ApiErrors.Serialization("The body is not valid CBOR");
            }
        }

        public override bool TryReadPut(ReadOnlyMemory<byte> body, PutInput into) => PutCbor.TryRead(body, into);

        public override IWireWriter Write(IBufferWriter<byte> into) => new CborWireWriter(into);
    }
}
