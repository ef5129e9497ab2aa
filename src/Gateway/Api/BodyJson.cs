using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Api;

/// <summary>Reads JSON bodies.</summary>
internal static class BodyJson
{
    /// <summary>Levels of nesting a body may have: more than any input has, few enough for every stack.</summary>
    private const int Depth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Depth, AllowDuplicateProperties = false };

    /// <summary>The object in a body; an empty body is an empty object.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is not a JSON object.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

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

    /// <summary>Checks that a payload is JSON, whatever it says.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is not.</exception>
    public static void Demand(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = PayloadDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                {
                    throw ApiErrors.NotJson("text is not valid UTF-8");
                }
            }
        }
        catch (JsonException error)
        {
            throw ApiErrors.NotJson(error.Message);
        }
    }

    /// <summary>Levels of nesting of a payload, which this server never turns into objects.</summary>
    private const int PayloadDepth = 1_000;

    private static bool IsText(ref Utf8JsonReader reader) => System.Text.Unicode.Utf8.IsValid(reader.ValueSpan);
}
