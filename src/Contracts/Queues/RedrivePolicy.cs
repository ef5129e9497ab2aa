using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Dispatcher.Contracts.Queues;

/// <summary>The attribute RedrivePolicy: where messages go that nobody can deal with.</summary>
/// <param name="TargetArn">ARN of the dead-letter queue.</param>
/// <param name="MaximumReceives">Receives after which a message is a dead letter, 1..1000.</param>
public sealed record RedrivePolicy(string TargetArn, int MaximumReceives)
{
    /// <summary>Reads the attribute's JSON; maxReceiveCount may be a number or a text.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out RedrivePolicy? policy)
    {
        policy = null;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("deadLetterTargetArn", out var target) || target.ValueKind != JsonValueKind.String
                || !json.RootElement.TryGetProperty("maxReceiveCount", out var count) || !TryCount(count, out var maximum))
            {
                return false;
            }

            policy = new RedrivePolicy(target.GetString()!, maximum);
            return maximum is >= 1 and <= Limits.QueueMaximumReceives;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryCount(JsonElement count, out int maximum)
    {
        maximum = 0;
        return count.ValueKind switch
        {
            JsonValueKind.Number => count.TryGetInt32(out maximum),
            JsonValueKind.String => int.TryParse(count.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out maximum),
            _ => false,
        };
    }
}
