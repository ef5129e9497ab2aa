using System.Text.Json;

namespace Dispatcher.Gateway.Tests.Wire;

/// <summary>An HTTP answer.</summary>
public sealed record WireAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? ErrorType => Headers.GetValueOrDefault("x-amzn-ErrorType");

    public string? RequestId => Headers.GetValueOrDefault("x-amzn-RequestId");

    public string Message => Json.TryGetProperty("message", out var lower) ? lower.GetString()! : Json.GetProperty("Message").GetString()!;

    /// <summary>Checks status and error type and returns the message.</summary>
    public string Fails(int status, string type)
    {
        Assert.Equal((status, type), (Status, ErrorType));
        Assert.True(Guid.TryParse(RequestId, out _));
        return Message;
    }

    /// <summary>Checks the status and returns the body.</summary>
    public JsonElement Succeeds(int status)
    {
        Assert.True(Status == status, $"{Status} {Body}");
        Assert.True(Guid.TryParse(RequestId, out _));
        return Body.Length == 0 ? default : Json;
    }
}
