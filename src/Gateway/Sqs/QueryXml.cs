using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Gateway.Sqs;

/// <summary>Writes answers of the query protocol from those of the JSON protocol.</summary>
internal static class QueryXml
{
    private const string Namespace = "http://queue.amazonaws.com/doc/2012-11-05/";

    /// <summary>Operations that the model gives no result.</summary>
    private static readonly HashSet<string> s_silent =
        ["ChangeMessageVisibility", "DeleteMessage", "DeleteQueue", "PurgeQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"];

    private static readonly XmlWriterSettings s_settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        NewLineHandling = NewLineHandling.Entitize, // carriage returns of bodies would be lost
        CheckCharacters = true,
    };

    /// <summary>An answer.</summary>
    public static byte[] Answer(string operation, JsonObject answer, Guid requestId) => Write(xml =>
    {
        xml.WriteStartElement(operation + "Response", Namespace);
        if (!s_silent.Contains(operation))
        {
            xml.WriteStartElement(operation + "Result"); // also an empty one: clients look for it
            Members(xml, operation, answer);
            xml.WriteEndElement();
        }

        xml.WriteStartElement("ResponseMetadata");
        xml.WriteElementString("RequestId", requestId.ToString("D"));
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>An error.</summary>
    public static byte[] Error(ServiceException error, Guid requestId) => Write(xml =>
    {
        xml.WriteStartElement("ErrorResponse", Namespace);
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", SqsErrors.FaultOf(error));
        xml.WriteElementString("Code", SqsErrors.CodeOf(error));
        xml.WriteElementString("Message", new string([.. error.Message.Where(XmlConvert.IsXmlChar)]));
        xml.WriteElementString("Detail", "");
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", requestId.ToString("D"));
        xml.WriteEndElement();
    });

    private static byte[] Write(Action<XmlWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, s_settings))
        {
            write(xml);
        }

        return bytes.ToArray();
    }

    private static void Members(XmlWriter xml, string operation, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            Member(xml, operation, name, value);
        }
    }

    private static void Member(XmlWriter xml, string operation, string name, JsonNode? value)
    {
        switch (value)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Element(xml, operation, ItemName(operation, name), item);
                }

                break;
            case JsonObject map when MapName(name) is { } pair:
                foreach (var (key, one) in map)
                {
                    xml.WriteStartElement(pair);
                    xml.WriteElementString(pair == "Tag" ? "Key" : "Name", key);
                    Element(xml, operation, "Value", one);
                    xml.WriteEndElement();
                }

                break;
            default:
                Element(xml, operation, name, value);
                break;
        }
    }

    private static void Element(XmlWriter xml, string operation, string name, JsonNode? value)
    {
        xml.WriteStartElement(name);
        if (value is JsonObject inner)
        {
            Members(xml, operation, inner);
        }
        else if (value is not null)
        {
            xml.WriteString(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString());
        }

        xml.WriteEndElement();
    }

    private static string ItemName(string operation, string list) => list switch
    {
        "QueueUrls" or "queueUrls" => "QueueUrl",
        "Messages" => "Message",
        "Successful" => operation + "ResultEntry",
        "Failed" => "BatchResultErrorEntry",
        "Results" => operation + "ResultEntry",
        _ => list,
    };

    private static string? MapName(string name) => name switch
    {
        "Attributes" => "Attribute",
        "MessageAttributes" => "MessageAttribute",
        "Tags" => "Tag",
        _ => null,
    };
}
