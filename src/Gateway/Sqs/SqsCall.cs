using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Sqs;

/// <summary>One call: its input, checked against the model, in the form of the JSON protocol whatever it came in.</summary>
/// <param name="Input">The input.</param>
/// <param name="BaseUrl">Scheme, host and port by which the caller reached this server.</param>
internal sealed record SqsCall(JsonObject Input, string BaseUrl)
{
    /// <summary>The queue that QueueUrl names: what stands last in it.</summary>
    public string Queue => Need("QueueUrl").Split('/')[^1];

    /// <summary>A text; null where it was not given.</summary>
    public string? Text(string member) => Text(Input, member);

    /// <summary>A text that the model requires.</summary>
    public string Need(string member) => Text(member) ?? throw SqsErrors.Missing(member);

    /// <summary>A number; null where it was not given.</summary>
    public int? Number(string member) => Number(Input, member);

    /// <summary>A number in a range; null where it was not given.</summary>
    public int? Number(string member, int least, int most, string reason)
        => Number(member) is { } value && (value < least || value > most) ? throw SqsErrors.OutOfRange(value, member, reason) : Number(member);

    /// <summary>A map of texts; empty where it was not given.</summary>
    public Dictionary<string, string> Map(string member)
        => (Input[member] as JsonObject ?? []).Where(one => one.Value is not null).ToDictionary(one => one.Key, one => one.Value!.GetValue<string>());

    /// <summary>A list of texts; empty where it was not given.</summary>
    public IReadOnlyList<string> List(string member)
        => [.. (Input[member] as JsonArray ?? []).Where(one => one is not null).Select(one => one!.GetValue<string>())];

    /// <summary>A text of a structure.</summary>
    public static string? Text(JsonObject input, string member) => input[member]?.GetValue<string>();

    /// <summary>A number of a structure.</summary>
    public static int? Number(JsonObject input, string member) => input[member]?.GetValue<int>();
}
