using System.Globalization;
using System.Text.Json;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Adapters.EmbeddedQueues;

/// <summary>What names and attributes of queues may be.</summary>
internal static class QueueRules
{
    private const string FifoSuffix = ".fifo";

    private static readonly Dictionary<string, (int Least, int Most)> s_numbers = new()
    {
        ["VisibilityTimeout"] = (0, Limits.QueueVisibilitySeconds),
        ["MaximumMessageSize"] = (1_024, Limits.QueueMessageBytes),
        ["MessageRetentionPeriod"] = (60, 1_209_600),
        ["DelaySeconds"] = (0, Limits.QueueDelaySeconds),
        ["ReceiveMessageWaitTimeSeconds"] = (0, Limits.QueueWaitSeconds),
        ["KmsDataKeyReusePeriodSeconds"] = (60, 86_400),
    };

    private static readonly Dictionary<string, string[]> s_choices = new()
    {
        ["SqsManagedSseEnabled"] = ["true", "false"],
        ["FifoQueue"] = ["true"],
        ["ContentBasedDeduplication"] = ["true", "false"],
        ["DeduplicationScope"] = ["queue", "messageGroup"],
        ["FifoThroughputLimit"] = ["perQueue", "perMessageGroupId"],
    };

    private static readonly HashSet<string> s_texts = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"];
    private static readonly HashSet<string> s_fifoOnly = ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"];

    /// <summary>Checks a new queue's name together with its attribute FifoQueue.</summary>
    public static void CheckName(string name, bool fifo)
    {
        if (fifo && !name.EndsWith(FifoSuffix, StringComparison.Ordinal))
        {
            throw QueueErrors.Invalid("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.");
        }

        var stem = fifo ? name.AsSpan(0, name.Length - FifoSuffix.Length) : name;
        if (stem.Length == 0 || name.Length > Limits.QueueNameLength || stem.ContainsAnyExcept(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"))
        {
            throw QueueErrors.BadName();
        }
    }

    /// <summary>Checks attributes that are to be set on a queue.</summary>
    public static void Check(IReadOnlyDictionary<string, string> attributes, bool fifo, bool creating)
    {
        foreach (var (name, value) in attributes)
        {
            Check(name, value);
            if ((name == "FifoQueue" && !creating) || (!fifo && s_fifoOnly.Contains(name)))
            {
                throw QueueErrors.UnknownAttribute(name);
            }
        }
    }

    /// <summary>The attributes after a change: an empty text takes one away.</summary>
    public static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> present, IReadOnlyDictionary<string, string> changes)
    {
        var merged = new Dictionary<string, string>(present);
        foreach (var (name, value) in changes)
        {
            if (value.Length == 0)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value;
            }
        }

        return merged;
    }

    /// <summary>Whether a dead-letter queue takes messages of another queue (its RedriveAllowPolicy).</summary>
    public static bool Allows(QueueConfig dead, string sourceArn)
    {
        if (!dead.Attributes.TryGetValue("RedriveAllowPolicy", out var text))
        {
            return true;
        }

        using var policy = JsonDocument.Parse(text);
        return policy.RootElement.GetProperty("redrivePermission").GetString() switch
        {
            "denyAll" => false,
            "byQueue" => policy.RootElement.TryGetProperty("sourceQueueArns", out var arns)
                && arns.EnumerateArray().Any(one => one.ValueEquals(sourceArn)),
            _ => true,
        };
    }

    private static void Check(string name, string value)
    {
        if (s_numbers.TryGetValue(name, out var range))
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < range.Least || number > range.Most)
            {
                throw QueueErrors.BadAttribute(name);
            }
        }
        else if (s_choices.TryGetValue(name, out var choices))
        {
            if (!choices.Contains(value))
            {
                throw QueueErrors.BadAttribute(name);
            }
        }
        else if (!s_texts.Contains(name))
        {
            throw QueueErrors.UnknownAttribute(name);
        }
        else if (value.Length > 0)
        {
            CheckText(name, value);
        }
    }

    private static void CheckText(string name, string value)
    {
        var good = name switch
        {
            "RedrivePolicy" => RedrivePolicy.TryParse(value, out _),
            "RedriveAllowPolicy" => IsAllowPolicy(value),
            "Policy" => Parse(value) is not null,
            _ => true,
        };
        if (!good)
        {
            throw QueueErrors.BadAttribute(name);
        }
    }

    /// <summary>The permission must be one that is known: an unknown one could let nobody or everybody in.</summary>
    private static bool IsAllowPolicy(string text)
        => Parse(text) is { } policy
            && policy.TryGetProperty("redrivePermission", out var permission) && permission.ValueKind == JsonValueKind.String
            && (permission.GetString() is "allowAll" or "denyAll" or "byQueue")
            && (!policy.TryGetProperty("sourceQueueArns", out var arns) || arns.ValueKind == JsonValueKind.Array);

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
