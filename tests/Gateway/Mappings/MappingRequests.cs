using System.Text.Json.Nodes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Gateway.Lambda.Mappings;

namespace Dispatcher.Gateway.Tests.Mappings;

/// <summary>Requests as JSON texts against the pure rules, at a fixed time.</summary>
internal static class MappingRequests
{
    public const string Region = "us-west-2";
    public const string Account = "123456789012";
    public const string Uuid = "0f5c8a2e-1111-4222-8333-444455556666";
    public const string Function = $"arn:aws:lambda:{Region}:{Account}:function:my-function";
    public const string Secret = $"arn:aws:secretsmanager:{Region}:{Account}:secret:broker-AbCdEf";

    /// <summary>2026-01-01T00:00:00Z.</summary>
    public const long NowMs = 1_767_225_600_000;

    public const string Stream = """ "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/my-stream","StartingPosition":"TRIM_HORIZON" """;
    public const string Queue = """ "EventSourceArn":"arn:aws:sqs:us-west-2:123456789012:my-queue" """;
    public const string Fifo = """ "EventSourceArn":"arn:aws:sqs:us-west-2:123456789012:my-queue.fifo" """;
    public const string Kafka = """ "SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["b1:9092","b2:9092"]}},"Topics":["orders"],"StartingPosition":"LATEST" """;
    public const string Msk = """ "EventSourceArn":"arn:aws:kafka:us-west-2:123456789012:cluster/main/0f5c8a2e-1111-4222-8333-444455556666-3","Topics":["orders"],"StartingPosition":"LATEST" """;
    public const string Rabbit = """ "EventSourceArn":"arn:aws:mq:us-west-2:123456789012:broker:main:b-0f5c8a2e-1111-4222-8333-444455556666","Queues":["jobs"] """;

    private static readonly Dictionary<string, string> Sources = new()
    {
        ["stream"] = Stream, ["queue"] = Queue, ["fifo"] = Fifo, ["kafka"] = Kafka, ["msk"] = Msk, ["rabbit"] = Rabbit,
    };

    public static MappingInput Input(params string[] members)
        => new(JsonNode.Parse($"{{{string.Join(',', members.Where(one => one.Length > 0))}}}")!.AsObject());

    public static MappingConfig Create(string source, string members = "", IFilterValidator? filters = null)
        => Rules(filters).Create(Input(Sources.GetValueOrDefault(source, source), members), Uuid, Function);

    public static MappingConfig Update(MappingConfig present, string members, IFilterValidator? filters = null)
        => Rules(filters).Update(Input(members), present, present.FunctionArn);

    public static MappingConfig Enabled(string source, string members = "")
        => Create(source, members) with { State = MappingState.Enabled };

    public static JsonObject Shown(MappingConfig config, bool listed = false)
        => MappingResponse.Write(config, Region, Account, listed);

    public static ServiceException Refused(Func<object> action)
        => Assert.Throws<ServiceException>(() => { _ = action(); });

    private static MappingRequest Rules(IFilterValidator? filters) => new(new FixedTime(), 100, filters);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
    }
}
