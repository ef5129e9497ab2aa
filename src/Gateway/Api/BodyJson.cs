using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Dispatcher.Gateway.Api;

/// <summary>Reads JSON bodies.</summary>
internal static class BodyJson
{
    /// <summary>Levels of nesting a body may have: more than any input has, few enough for every stack.</summary>
    private const int Depth = 64;

    /// <summary>Levels of nesting of a payload, which this server never turns into objects.</summary>
    private const int PayloadDepth = 1_000;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Depth, AllowDuplicateProperties = false };

    /// <summary>The object in a body; an empty body is an empty object. Every name and text in it can be read.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is not a JSON object.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        Scan(body, Depth, unescape: true);
        try
        {
            return JsonNode.Parse(body, documentOptions: Options) as JsonObject
                ?? throw ApiErrors.NotJson("the body is not a JSON object");
        }
        catch (JsonException error)
        {
            throw ApiErrors.NotJson(error.Message);
        }
    }

    /// <summary>A body as a document without duplicate names. Every name and text in it can be read; the bytes must outlive it.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is not JSON.</exception>
    public static JsonDocument Document(ReadOnlyMemory<byte> body)
    {
        Scan(body.Span, Depth, unescape: true);
        try
        {
            return JsonDocument.Parse(body, Options);
        }
        catch (JsonException error)
        {
            throw ApiErrors.NotJson(error.Message);
        }
    }

    /// <summary>Checks that a payload is JSON in UTF-8, whatever it says.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is not.</exception>
    public static void Demand(ReadOnlySpan<byte> payload) => Scan(payload, PayloadDepth, unescape: false);

    private static void Scan(ReadOnlySpan<byte> json, int depth, bool unescape)
    {
        if (!Utf8.IsValid(json))
        {
            throw ApiErrors.NotJson("it is not valid UTF-8");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depth });
        try
        {
            while (reader.Read())
            {
                if (unescape && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }
        }
        catch (JsonException error)
        {
            throw ApiErrors.NotJson(error.Message);
        }
        catch (InvalidOperationException)
        {
            // What GetString throws for an escaped half of a surrogate pair.
            throw ApiErrors.NotJson("an escaped text is not valid Unicode");
        }
    }
}
