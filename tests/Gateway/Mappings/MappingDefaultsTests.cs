using System.Text.Json.Nodes;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingDefaultsTests
{
    private const string Common = """
        "UUID":"0f5c8a2e-1111-4222-8333-444455556666",
        "FunctionArn":"arn:aws:lambda:us-west-2:123456789012:function:my-function",
        "LastModified":1767225600,"State":"Creating",
        "EventSourceMappingArn":"arn:aws:lambda:us-west-2:123456789012:event-source-mapping:0f5c8a2e-1111-4222-8333-444455556666",
        """;

    [Theory]
    [InlineData("stream", """
        "EventSourceArn":"arn:aws:kinesis:us-west-2:123456789012:stream/my-stream","StartingPosition":"TRIM_HORIZON",
        "BatchSize":100,"MaximumBatchingWindowInSeconds":0,"ParallelizationFactor":1,"TumblingWindowInSeconds":0,
        "FunctionResponseTypes":[],"MaximumRetryAttempts":-1,"MaximumRecordAgeInSeconds":-1,
        "BisectBatchOnFunctionError":false,"DestinationConfig":{"OnFailure":{}},
        "LastProcessingResult":"No records processed","StateTransitionReason":"User action"
        """)]
    [InlineData("queue", """
        "EventSourceArn":"arn:aws:sqs:us-west-2:123456789012:my-queue","BatchSize":10,
        "MaximumBatchingWindowInSeconds":0,"FunctionResponseTypes":[],"StateTransitionReason":"USER_INITIATED"
        """)]
    [InlineData("kafka", """
        "SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["b1:9092","b2:9092"]}},
        "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"0f5c8a2e-1111-4222-8333-444455556666"},
        "Topics":["orders"],"StartingPosition":"LATEST","BatchSize":100,"DestinationConfig":{"OnFailure":{}},
        "LastProcessingResult":"No records processed","StateTransitionReason":"User action"
        """)]
    [InlineData("msk", """
        "EventSourceArn":"arn:aws:kafka:us-west-2:123456789012:cluster/main/0f5c8a2e-1111-4222-8333-444455556666-3",
        "AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":"0f5c8a2e-1111-4222-8333-444455556666"},
        "Topics":["orders"],"StartingPosition":"LATEST","BatchSize":100,"DestinationConfig":{"OnFailure":{}},
        "LastProcessingResult":"No records processed","StateTransitionReason":"User action"
        """)]
    [InlineData("rabbit", """
        "EventSourceArn":"arn:aws:mq:us-west-2:123456789012:broker:main:b-0f5c8a2e-1111-4222-8333-444455556666",
        "Queues":["jobs"],"BatchSize":100,
        "LastProcessingResult":"No records processed","StateTransitionReason":"User action"
        """)]
    public void Create_WithoutOptions_ShowsTheDefaultsOfTheSource(string source, string expected)
    {
        var shown = MappingRequests.Shown(MappingRequests.Create(source));

        var wanted = JsonNode.Parse($"{{{Common}{expected}}}");
        Assert.True(JsonNode.DeepEquals(wanted, JsonNode.Parse(shown.ToJsonString())), shown.ToJsonString());
    }

    [Theory]
    [InlineData("stream", 0)]
    [InlineData("queue", 0)]
    [InlineData("kafka", 500)]
    [InlineData("msk", 500)]
    [InlineData("rabbit", 500)]
    public void Create_WithoutWindow_WaitsAsTheSourceDoes(string source, int milliseconds)
        => Assert.Equal(milliseconds, MappingRequests.Create(source).BatchingWindowMs);

    [Theory]
    [InlineData("kafka")]
    [InlineData("rabbit")]
    public void Create_WindowSet_IsShownFromThenOn(string source)
    {
        var config = MappingRequests.Create(source, """ "MaximumBatchingWindowInSeconds":0 """);

        Assert.Equal(0, config.BatchingWindowMs);
        Assert.Equal(0, (int?)MappingRequests.Shown(config)["MaximumBatchingWindowInSeconds"]);
    }

    [Fact]
    public void Create_Disabled_StartsCreatingAndIsNotToPoll()
    {
        var config = MappingRequests.Create("stream", """ "Enabled":false """);

        Assert.Equal((MappingState.Creating, false), (config.State, config.Enabled));
    }

    [Fact]
    public void Create_BatchOf500WithWindow120_IsTaken()
    {
        var config = MappingRequests.Create("stream", """ "BatchSize":500,"MaximumBatchingWindowInSeconds":120 """);

        Assert.Equal((500, 120_000), (config.BatchSize, config.BatchingWindowMs));
    }
}
