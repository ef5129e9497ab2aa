using System.Text.Json;
using System.Runtime.InteropServices;
using Dispatcher.Contracts;
using Dispatcher.Gateway.Api;
using Microsoft.AspNetCore.Http;

namespace Dispatcher.Gateway.Push.CloudEvents;

/// <summary>
/// CloudEvents 1.0 over HTTP: structured (<c>application/cloudevents+json</c>), batch (<c>application/cloudevents-batch+json</c>) and
/// binary (attributes in <c>ce-…</c> headers). The function gets the JSON form of an event; a structured one as it came.
/// </summary>
internal sealed class CloudEventFormat : IPushFormat
{
    private const string One = "application/cloudevents+json";
    private const string Many = "application/cloudevents-batch+json";
    private const string Others = "application/cloudevents";

    /// <inheritdoc/>
    public string Kind => "CloudEvents";

    /// <inheritdoc/>
    public string Principal => "events.amazonaws.com";

    /// <inheritdoc/>
    public IReadOnlyList<PushEvent> Read(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var type = MediaType.Of(headers);
        return type.Name switch
        {
            One => ReadOne(body),
            Many => ReadMany(body),
            _ when type.Name.StartsWith(Others, StringComparison.Ordinal) => throw PushErrors.WrongType(type.Whole, $"events come as {One} or {Many}"),
            _ when BinaryEvent.IsOne(headers) => [new PushEvent(BinaryEvent.Read(headers, type, body))],
            _ => throw PushErrors.WrongType(type.Whole, $"events come as {One}, {Many} or with ce-… headers"),
        };
    }

    private static IReadOnlyList<PushEvent> ReadOne(ReadOnlyMemory<byte> body)
    {
        using var json = BodyJson.Document(body);
        CloudEventRules.Check(json.RootElement);
        return [new PushEvent(body)];
    }

    private static IReadOnlyList<PushEvent> ReadMany(ReadOnlyMemory<byte> body)
    {
        using var json = BodyJson.Document(body);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw PushErrors.Bad("A batch of CloudEvents is a JSON array");
        }

        var count = json.RootElement.GetArrayLength();
        if (count > Limits.PushEvents)
        {
            throw PushErrors.TooMany(count);
        }

        var events = new List<PushEvent>(count);
        foreach (var one in json.RootElement.EnumerateArray())
        {
            CloudEventRules.Check(one);
            events.Add(new PushEvent(JsonMarshal.GetRawUtf8Value(one).ToArray()));
        }

        return events;
    }
}
