using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Push.CloudEvents;

/// <summary>A CloudEvent whose attributes are headers and whose data is the body, written as JSON.</summary>
internal static class BinaryEvent
{
    private const string Prefix = "ce-";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a request has an attribute.</summary>
    public static bool IsOne(IHeaderDictionary headers) => headers.Keys.Any(IsAttribute);

    /// <summary>Reads one.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">An attribute is missing or wrong, or the data is not what its type says.</exception>
    public static ReadOnlyMemory<byte> Read(IHeaderDictionary headers, MediaType type, ReadOnlyMemory<byte> body)
    {
        var attributes = Attributes(headers);
        foreach (var name in CloudEventRules.Required)
        {
            CloudEventRules.Check(name, attributes.GetValueOrDefault(name));
        }

        if (!body.IsEmpty && type.Name.Length == 0)
        {
            throw PushErrors.WrongType(type.Whole, "data must say what it is, in UTF-8 where it is text");
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in attributes)
            {
                writer.WriteString(name, value);
            }

            WriteData(writer, type, body);
            writer.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static bool IsAttribute(string header) => header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The attributes, those first that every event has.</summary>
    private static Dictionary<string, string> Attributes(IHeaderDictionary headers)
    {
        var found = new Dictionary<string, string>();
        foreach (var (header, values) in headers.Where(one => IsAttribute(one.Key)).OrderBy(one => Place(one.Key)))
        {
            var name = header[Prefix.Length..].ToLowerInvariant();
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) || name is "data" or "datacontenttype")
            {
                throw PushErrors.Bad($"The header {header} is no attribute of a CloudEvent");
            }

            found[name] = values is [{ } value] ? Decode(header, value) : throw PushErrors.Bad($"The header {header} comes more than once");
        }

        return found;
    }

    private static int Place(string header)
        => CloudEventRules.Required.TakeWhile(name => !name.Equals(header[Prefix.Length..], StringComparison.OrdinalIgnoreCase)).Count();

    /// <summary>Values are percent-encoded UTF-8.</summary>
    private static string Decode(string header, string value)
    {
        var text = Uri.UnescapeDataString(value);
        return text.Any(char.IsControl) ? throw PushErrors.Bad($"The header {header} has control characters") : text;
    }

    private static void WriteData(Utf8JsonWriter writer, MediaType type, ReadOnlyMemory<byte> body)
    {
        if (type.Name.Length > 0)
        {
            writer.WriteString("datacontenttype", type.Whole);
        }

        if (body.IsEmpty)
        {
            return;
        }

        if (type.IsJson)
        {
            using var json = BodyJson.Document(body);
            writer.WritePropertyName("data");
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }
        else if (type.IsText && Utf8.IsValid(body.Span))
        {
            writer.WriteString("data", Encoding.UTF8.GetString(body.Span));
        }
        else
        {
            writer.WriteBase64String("data_base64", body.Span);
        }
    }
}
