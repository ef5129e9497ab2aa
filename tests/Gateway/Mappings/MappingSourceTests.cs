using Dispatcher.Contracts.Errors;
using static Dispatcher.Gateway.Tests.Mappings.MappingRequests;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingSourceTests
{
    [Theory]
    [InlineData("", "Unrecognized event source.")]
    [InlineData(""" "EventSourceArn":"arn:aws:dynamodb:us-west-2:123456789012:table/t/stream/2026" """, "Unrecognized event source, must be")]
    [InlineData(""" "EventSourceArn":"arn:aws:rds:us-west-2:123456789012:cluster:docdb" """, "Unrecognized event source, must be")]
    [InlineData(""" "EventSourceArn":"arn:aws:sns:us-west-2:123456789012:topic" """, "Unrecognized event source, must be")]
    [InlineData(""" "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/s/consumer/c:1" """, "Unrecognized event source, must be")]
    [InlineData(""" "EventSourceArn":"arn:aws:sqs:us-west-2:123456789012:q","SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["b:1"]}} """, "cannot both be given")]
    [InlineData(""" "SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["b:1"]}},"StartingPosition":"LATEST" """, "Topics must have exactly one")]
    [InlineData(""" "EventSourceArn":"arn:aws:mq:us-west-2:123456789012:broker:main:b-1" """, "Queues must have exactly one")]
    public void Create_SourceThatCannotBe_IsRefused(string members, string text)
    {
        var refused = Refused(() => Create(members));

        Assert.Equal(ServiceErrorKind.InvalidParameterValue, refused.Kind);
        Assert.StartsWith(text, refused.Message[refused.Message.IndexOf(text, StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("stream", """ "Topics":["t1"] """, "topics")]
    [InlineData("stream", """ "Queues":["q"] """, "queues")]
    [InlineData("rabbit", """ "Topics":["t1"] """, "topics")]
    [InlineData("kafka", """ "Queues":["q"] """, "queues")]
    [InlineData("stream", """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"g"} """, "selfManagedKafkaEventSourceConfig")]
    [InlineData("kafka", """ "AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":"g"} """, "amazonManagedKafkaEventSourceConfig")]
    [InlineData("msk", """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"g"} """, "selfManagedKafkaEventSourceConfig")]
    [InlineData("rabbit", """ "DocumentDBEventSourceConfig":{"DatabaseName":"d"} """, "documentDBEventSourceConfig")]
    [InlineData("stream", """ "SourceAccessConfigurations":[{"Type":"BASIC_AUTH","URI":"x"}] """, "sourceAccessConfigurations")]
    [InlineData("queue", """ "SourceAccessConfigurations":[{"Type":"BASIC_AUTH","URI":"x"}] """, "sourceAccessConfigurations")]
    [InlineData("stream", """ "ProvisionedPollerConfig":{"MinimumPollers":2} """, "provisionedPollerConfig")]
    [InlineData("rabbit", """ "ProvisionedPollerConfig":{"PollerGroupName":"g"} """, "pollerGroupName")]
    [InlineData("queue", """ "ProvisionedPollerConfig":{"PollerGroupName":"g"} """, "pollerGroupName")]
    [InlineData("rabbit", """ "MetricsConfig":{"Metrics":["EventCount"]} """, "metricsConfig")]
    [InlineData("stream", """ "LoggingConfig":{"SystemLogLevel":"INFO"} """, "loggingConfig")]
    public void Create_MemberOfAnotherSource_IsRefusedInAwsWords(string source, string members, string parameter)
        => Assert.Equal(
            $"Unsupported '{parameter}' parameter for given event source mapping type.",
            Refused(() => Create(source, members)).Message);

    [Fact]
    public void Create_GroupGiven_IsKept()
        => Assert.Equal("billing", Create("kafka", """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"billing"} """).ConsumerGroupId);

    [Fact]
    public void Create_SchemaRegistry_IsRefusedPlainly()
        => Assert.Contains(
            "SchemaRegistryConfig is not supported here",
            Refused(() => Create("kafka", """ "SelfManagedKafkaEventSourceConfig":{"SchemaRegistryConfig":{"SchemaRegistryURI":"https://r"}} """)).Message);

    [Theory]
    [InlineData("AT_TIMESTAMP", null, "Need to specify a timestamp")]
    [InlineData("LATEST", 1d, "Timestamp only valid with StartingPosition AT_TIMESTAMP")]
    [InlineData("AT_TIMESTAMP", 1767225601d, "StartingPositionTimestamp cannot be in the future.")]
    [InlineData("AT_TIMESTAMP", -1d, "StartingPositionTimestamp cannot be before 1970.")]
    [InlineData(null, null, "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.")]
    public void Create_WrongStart_IsRefused(string? position, double? timestamp, string text)
    {
        const string source = """ "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/s" """;
        var start = position is null ? "" : $""" "StartingPosition":"{position}" """;
        var at = timestamp is null ? "" : $""" "StartingPositionTimestamp":{timestamp} """;

        Assert.Equal(text, Refused(() => Create($"{source}{(start == "" ? "" : ",")}{start}", at)).Message);
    }

    [Theory]
    [InlineData("1767225599.5", 1_767_225_599_500)]
    [InlineData("\"2025-12-31T23:59:59Z\"", 1_767_225_599_000)]
    public void Create_AtTimestamp_KeepsMilliseconds(string timestamp, long milliseconds)
    {
        var config = Create(
            """ "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/s","StartingPosition":"AT_TIMESTAMP" """,
            $""" "StartingPositionTimestamp":{timestamp} """);

        Assert.Equal(milliseconds, config.StartingPositionTimestampMs);
        Assert.Equal(milliseconds / 1000.0, (double?)Shown(config)["StartingPositionTimestamp"]);
    }

    [Fact]
    public void Create_RabbitMqWithStart_IsKeptForItsStreams()
        => Assert.Equal("LATEST", Create("rabbit", """ "StartingPosition":"LATEST" """).StartingPosition);

    [Fact]
    public void Create_RabbitMqTimestampAlone_IsRefused()
        => Assert.Equal(
            "Timestamp only valid with StartingPosition AT_TIMESTAMP",
            Refused(() => Create("rabbit", """ "StartingPositionTimestamp":1 """)).Message);

    [Theory]
    [InlineData(""" "StartingPosition":"LATEST" """)]
    [InlineData(""" "StartingPositionTimestamp":1 """)]
    public void Create_QueueWithStart_IsRefused(string members)
        => Assert.Equal("StartingPosition is not valid for SQS event sources.", Refused(() => Create("queue", members)).Message);
}
