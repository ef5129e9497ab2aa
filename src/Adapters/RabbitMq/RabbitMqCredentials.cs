using System.Text.Json;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>User name and password out of a BASIC_AUTH secret: <c>{"username":"…","password":"…"}</c>.</summary>
internal sealed record RabbitMqCredentials(string Username, string Password)
{
    /// <summary>Reads the secret anew, so that a rotated one counts from the next connection on.</summary>
    /// <exception cref="ServiceException">There is no such secret, or it has another form.</exception>
    public static async ValueTask<RabbitMqCredentials> ReadAsync(
        ISecrets secrets, string arn, CancellationToken cancellation)
        => Parse(await secrets.ReadAsync(arn, cancellation))
            ?? throw ServiceException.Invalid($"Secret '{arn}' is not JSON with the texts username and password.");

    /// <summary>Never prints the password.</summary>
    public override string ToString() => Username;

    private static RabbitMqCredentials? Parse(string secret)
    {
        try
        {
            using var json = JsonDocument.Parse(secret);
            return Text(json.RootElement, "username") is { } user && Text(json.RootElement, "password") is { } password
                ? new RabbitMqCredentials(user, password)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
