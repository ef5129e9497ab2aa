using System.Text;
using System.Text.Json;

namespace Dispatcher.Gateway.Tests.Streaming;

/// <summary>One event of a stream.</summary>
internal sealed record StreamedEvent(IReadOnlyDictionary<string, string> Headers, byte[] Payload)
{
    public string Type => Headers[":event-type"];

    public string Text => Encoding.UTF8.GetString(Payload);

    public JsonElement Json => JsonDocument.Parse(Payload).RootElement;
}
