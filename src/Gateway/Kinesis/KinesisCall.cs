using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dispatcher.Gateway.Kinesis;

/// <summary>One call: its input, checked against the model, and the writer of its answer (an object that is open).</summary>
internal sealed record KinesisCall(JsonObject Input, IWireWriter Output, KinesisNames Names)
{
    /// <summary>The stream that the call names.</summary>
    public string Stream => Names.Resolve(Text("StreamName"), Text("StreamARN"));

    /// <summary>A text; null where it was not given.</summary>
    public string? Text(string member) => Input[member]?.GetValue<string>();

    /// <summary>A text that the model requires.</summary>
    public string Need(string member) => Input[member]!.GetValue<string>();

    /// <summary>A number; null where it was not given.</summary>
    public int? Number(string member) => Input[member]?.GetValue<int>();

    /// <summary>A time in milliseconds since 1970; null where it was not given.</summary>
    public long? Time(string member) => Time(Input, member);

    /// <summary>The same in a nested structure.</summary>
    public static long? Time(JsonObject input, string member) => input[member] switch
    {
        null => null,
        JsonValue number when number.GetValueKind() == JsonValueKind.Number => (long)Math.Clamp(
            Math.Round(number.GetValue<double>() * 1000), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()),
        var text => DateTimeOffset.Parse(
            text.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(),
    };

    /// <summary>A map of texts; empty where it was not given.</summary>
    public Dictionary<string, string> Map(string member)
        => (Input[member] as JsonObject ?? []).ToDictionary(one => one.Key, one => one.Value!.GetValue<string>());

    /// <summary>A list of texts; empty where it was not given.</summary>
    public IReadOnlyList<string> List(string member)
        => [.. (Input[member] as JsonArray ?? []).Select(one => one!.GetValue<string>())];

    /// <summary>The stream mode that the call names; null where it names none.</summary>
    public string? Mode => Input["StreamModeDetails"]?["StreamMode"]?.GetValue<string>();
}
