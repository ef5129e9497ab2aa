using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using static Dispatcher.Gateway.Tests.Mappings.MappingRequests;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingOptionsTests
{
    [Theory]
    [InlineData("stream")]
    [InlineData("queue")]
    [InlineData("fifo")]
    [InlineData("kafka")]
    [InlineData("msk")]
    [InlineData("rabbit")]
    public void Create_OptionsThatAwsOffersToFew_AreKeptForEverySource(string source)
    {
        var config = Create(source, """
            "ParallelizationFactor":100,"MaximumRetryAttempts":3,"MaximumRecordAgeInSeconds":60,"BisectBatchOnFunctionError":true,
            "TumblingWindowInSeconds":900,"FunctionResponseTypes":["ReportBatchItemFailures"],"ScalingConfig":{"MaximumConcurrency":2},
            "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-west-2:123456789012:dlq"}}
            """);
        var shown = Shown(config);

        Assert.Equal(100, (int?)shown["ParallelizationFactor"]);
        Assert.Equal(3, (int?)shown["MaximumRetryAttempts"]);
        Assert.Equal(60, (int?)shown["MaximumRecordAgeInSeconds"]);
        Assert.True((bool?)shown["BisectBatchOnFunctionError"]);
        Assert.Equal(900, (int?)shown["TumblingWindowInSeconds"]);
        Assert.Equal("""["ReportBatchItemFailures"]""", shown["FunctionResponseTypes"]?.ToJsonString());
        Assert.Equal("""{"MaximumConcurrency":2}""", shown["ScalingConfig"]?.ToJsonString());
        Assert.Equal("""{"OnFailure":{"Destination":"arn:aws:sqs:us-west-2:123456789012:dlq"}}""", shown["DestinationConfig"]?.ToJsonString());
    }

    [Fact]
    public void Create_MoreLanesThanConfigured_IsAValidationError()
    {
        var refused = Refused(() => Create("stream", """ "ParallelizationFactor":101 """));

        Assert.Equal(ServiceErrorKind.Validation, refused.Kind);
        Assert.Equal(
            "1 validation error detected: Value '101' at 'parallelizationFactor' failed to satisfy constraint: Member must have value less than or equal to 100",
            refused.Message);
    }

    [Theory]
    [InlineData("queue", 11, 0, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")]
    [InlineData("fifo", 11, 0, "Batch size must not be greater than 10 for FIFO queues")]
    [InlineData("fifo", 10, 1, "Batching window is not supported for FIFO queues")]
    public void Create_BatchThatQueuesCannotGive_IsRefused(string source, int size, int window, string text)
        => Assert.Equal(
            text,
            Refused(() => Create(source, $""" "BatchSize":{size},"MaximumBatchingWindowInSeconds":{window} """)).Message);

    [Theory]
    [InlineData("queue", 10_000, 1)]
    [InlineData("queue", 10, 0)]
    [InlineData("fifo", 10, 0)]
    [InlineData("stream", 10_000, 0)]
    [InlineData("kafka", 10_000, 0)]
    [InlineData("rabbit", 1, 300)]
    public void Create_BatchWithinTheRules_IsTaken(string source, int size, int window)
        => Assert.Equal(size, Create(source, $""" "BatchSize":{size},"MaximumBatchingWindowInSeconds":{window} """).BatchSize);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(59)]
    public void Create_RecordAgeBelowAMinute_IsRefusedInAwsWords(int seconds)
        => Assert.Equal(
            "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)",
            Refused(() => Create("stream", $""" "MaximumRecordAgeInSeconds":{seconds} """)).Message);

    [Theory]
    [InlineData("kafka", 10)]
    [InlineData("msk", 10)]
    [InlineData("stream", -1)]
    [InlineData("rabbit", -1)]
    public void Create_EndlessRetriesWithDestination_AreTenForKafkaOnly(string source, int attempts)
        => Assert.Equal(
            attempts,
            Create(source, """ "DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:us-west-2:123456789012:dlq"}} """).MaximumRetryAttempts);

    [Theory]
    [InlineData("stream", "arn:aws:sqs:us-west-2:123456789012:dlq")]
    [InlineData("stream", "arn:aws:lambda:us-west-2:123456789012:function:rescue")]
    [InlineData("queue", "arn:aws:mq:us-west-2:123456789012:broker:main:b-1")]
    [InlineData("kafka", "kafka://orders.failed")]
    public void Create_KnownDestination_IsKept(string source, string destination)
        => Assert.Equal(
            destination,
            Create(source, $$$""" "DestinationConfig":{"OnFailure":{"Destination":"{{{destination}}}"}} """).OnFailureDestination);

    [Theory]
    [InlineData("stream", "arn:aws:sns:us-west-2:123456789012:topic", "SNS and S3 are not supported here")]
    [InlineData("stream", "arn:aws:s3:::bucket", "SNS and S3 are not supported here")]
    [InlineData("stream", "kafka://orders", "only valid for Kafka")]
    [InlineData("kafka", "kafka://orders", "cannot be the topic of the event source")]
    public void Create_DestinationThatCannotBe_IsRefused(string source, string destination, string text)
        => Assert.Contains(
            text,
            Refused(() => Create(source, $$$""" "DestinationConfig":{"OnFailure":{"Destination":"{{{destination}}}"}} """)).Message);

    [Theory]
    [InlineData(""" "DestinationConfig":{} """)]
    [InlineData(""" "DestinationConfig":{"OnSuccess":{},"OnFailure":{}} """)]
    [InlineData(""" "DestinationConfig":{"OnFailure":{"Destination":""}} """)]
    public void Create_EmptyDestination_IsNone(string members)
        => Assert.Null(Create("stream", members).OnFailureDestination);

    [Fact]
    public void Create_OnSuccess_IsRefused()
        => Assert.Contains(
            "OnSuccess is not supported",
            Refused(() => Create("stream", """ "DestinationConfig":{"OnSuccess":{"Destination":"arn:aws:sqs:us-west-2:123456789012:q"}} """)).Message);

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("")]
    public void Create_FilterThatIsNoObject_IsRefusedInAwsWords(string pattern)
        => Assert.Equal(
            "Invalid filter pattern definition.",
            Refused(() => Create("stream", $$$""" "FilterCriteria":{"Filters":[{"Pattern":"{{{pattern}}}"}]} """)).Message);

    [Fact]
    public void Create_FilterThatTheValidatorRefuses_IsRefusedWithItsReason()
        => Assert.Equal(
            "Invalid filter pattern definition. no operators on Kafka",
            Refused(() => Create("kafka", """ "FilterCriteria":{"Filters":[{"Pattern":"{}"}]} """, new NoFilters())).Message);

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Create_Filters_AreTenAtMost(int count, bool taken)
    {
        var filters = string.Join(',', Enumerable.Repeat("""{"Pattern":"{\"a\":[1]}"}""", count));
        var members = $$$""" "FilterCriteria":{"Filters":[{{{filters}}}]} """;

        if (taken)
        {
            Assert.Equal(count, Create("queue", members).FilterPatterns.Count);
        }
        else
        {
            Assert.Contains("more than 10 filters", Refused(() => Create("queue", members)).Message);
        }
    }

    [Fact]
    public void Write_FiltersWithKey_AreHiddenInListsOnly()
    {
        var config = Create("stream", """
            "FilterCriteria":{"Filters":[{"Pattern":"{}"}]},"KMSKeyArn":"arn:aws:kms:us-west-2:123456789012:key/k"
            """);

        Assert.NotNull(Shown(config)["FilterCriteria"]);
        Assert.Null(Shown(config, listed: true)["FilterCriteria"]);
    }

    [Theory]
    [InlineData("kafka", """ "MinimumPollers":3 """, 3, 200)]
    [InlineData("kafka", """ "MaximumPollers":7 """, 1, 7)]
    [InlineData("queue", """ "MaximumPollers":2000 """, 2, 2000)]
    [InlineData("rabbit", """ "MinimumPollers":5 """, 5, 200)]
    public void Create_Pollers_HaveTheDefaultsOfTheSource(string source, string given, int minimum, int maximum)
        => Assert.Equal(
            new ProvisionedPollers(minimum, maximum, null),
            Create(source, $$""" "ProvisionedPollerConfig":{{{given}}} """).ProvisionedPollers);

    [Theory]
    [InlineData("queue", """ "MinimumPollers":1 """, "at least 2")]
    [InlineData("queue", """ "MaximumPollers":1 """, "at least 2")]
    [InlineData("kafka", """ "MaximumPollers":2001 """, "not be greater than 2000")]
    [InlineData("kafka", """ "MinimumPollers":9,"MaximumPollers":8 """, "MinimumPollers must not be greater than MaximumPollers")]
    public void Create_PollersOutOfRange_AreRefused(string source, string given, string text)
        => Assert.Contains(text, Refused(() => Create(source, $$""" "ProvisionedPollerConfig":{{{given}}} """)).Message);

    [Fact]
    public void Create_PollersAndMaximumConcurrency_AreRefusedTogether()
        => Assert.Contains(
            "cannot be used together",
            Refused(() => Create("queue", """ "ScalingConfig":{"MaximumConcurrency":5},"ProvisionedPollerConfig":{"MinimumPollers":2} """)).Message);

    [Theory]
    [InlineData("stream", "EventCount", true)]
    [InlineData("queue", "ErrorCount", false)]
    [InlineData("stream", "KafkaMetrics", false)]
    [InlineData("kafka", "KafkaMetrics", true)]
    public void Create_Metrics_AreThoseOfTheSource(string source, string metric, bool taken)
    {
        var members = $$$""" "MetricsConfig":{"Metrics":["{{{metric}}}"]} """;

        Assert.Equal(taken, Xunit.Record.Exception(() => Create(source, members)) is null);
    }

    private sealed class NoFilters : IFilterValidator
    {
        public string? Check(SourceKind kind, string pattern) => $"no operators on {kind}";
    }
}
