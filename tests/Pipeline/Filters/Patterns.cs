using System.Text;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Filters;
using Dispatcher.Pipeline.Filters.Sources;
using Dispatcher.Pipeline.Payloads;

namespace Dispatcher.Pipeline.Tests.Filters;

/// <summary>Filters and records for tests.</summary>
internal static class Patterns
{
    public const string Arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

    /// <summary>A filter that must be valid.</summary>
    public static RecordFilter Filter(SourceKind kind, params string[] patterns)
    {
        var plan = FilterPlan.Compile(kind, patterns, out var error);
        Assert.True(plan is not null, error);
        return new RecordFilter(plan, Fields(kind));
    }

    /// <summary>Whether a pattern for the data of a stream lets an event pass.</summary>
    public static bool Passes(string pattern, string json)
        => Filter(SourceKind.Stream, $$"""{"data":{{pattern}}}""").Matches(Of(json));

    /// <summary>A record with that data.</summary>
    public static Record Of(string data, string key = "") => Of(Encoding.UTF8.GetBytes(data), key);

    /// <summary>A record with that data.</summary>
    public static Record Of(byte[] data, string key = "") => new(7, Encoding.UTF8.GetBytes(key), data, 1_545_084_650_987);

    private static IRecordFields Fields(SourceKind kind) => kind switch
    {
        SourceKind.Kafka => new KafkaFields(new KafkaPayload(null, "orders", new PayloadContext("us-east-1", "0", "orders-3", "h:1"))),
        SourceKind.RabbitMq => new RabbitMqFields(),
        _ => new StreamFields(),
    };
}
