using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>The answer to a call.</summary>
internal sealed record ApiResponse
{
    private const string JsonType = "application/json";

    /// <summary>Escapes what JSON must, and no more: quotes and pluses are to be read as they are.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Stands for an answer that its operation has written to the caller already.</summary>
    public static ApiResponse Written { get; } = new();

    /// <summary>Status; null: the one of the operation's model.</summary>
    public int? Status { get; init; }

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body's type.</summary>
    public string ContentType { get; init; } = JsonType;

    /// <summary>Headers beyond type, length and request id.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>An answer without a body.</summary>
    public static ApiResponse Empty(int? status = null) => new() { Status = status };

    /// <summary>A JSON answer.</summary>
    public static ApiResponse Json(JsonNode body, int? status = null)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            body.WriteTo(writer);
        }

        return new() { Status = status, Body = bytes.WrittenMemory };
    }

    /// <summary>An answer of bytes that are ready to be sent.</summary>
    public static ApiResponse Raw(ReadOnlyMemory<byte> body, string contentType = JsonType, int? status = null)
        => new() { Status = status, Body = body, ContentType = contentType };
}
