using System.Text.Json;

namespace Dispatcher.Gateway.Push.CloudEvents;

/// <summary>What every CloudEvent must have.</summary>
internal static class CloudEventRules
{
    /// <summary>The only version that is read.</summary>
    public const string Version = "1.0";

    /// <summary>Attributes without which there is no event.</summary>
    public static readonly IReadOnlyList<string> Required = ["specversion", "id", "source", "type"];

    /// <summary>Checks an event in JSON.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is none.</exception>
    public static void Check(JsonElement one)
    {
        if (one.ValueKind != JsonValueKind.Object)
        {
            throw PushErrors.Bad("A CloudEvent is a JSON object");
        }

        foreach (var name in Required)
        {
            Check(name, one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null);
        }

        if (one.TryGetProperty("data", out _) && one.TryGetProperty("data_base64", out _))
        {
            throw PushErrors.Bad("A CloudEvent has data or data_base64, not both");
        }
    }

    /// <summary>Checks a required attribute.</summary>
    public static void Check(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw PushErrors.Bad($"The CloudEvent has no {name}");
        }

        if (name == "specversion" && value != Version)
        {
            throw PushErrors.Bad($"CloudEvents {value} are not read, only {Version}");
        }
    }
}
