using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using static Dispatcher.Gateway.Tests.Mappings.MappingRequests;

namespace Dispatcher.Gateway.Tests.Mappings;

public sealed class MappingUpdateTests
{
    [Theory]
    [InlineData(true, """ "BatchSize":5 """, MappingState.Updating, true)]
    [InlineData(true, """ "Enabled":false """, MappingState.Disabling, false)]
    [InlineData(true, """ "Enabled":true """, MappingState.Updating, true)]
    [InlineData(false, """ "Enabled":true """, MappingState.Enabling, true)]
    [InlineData(false, """ "BatchSize":5 """, MappingState.Updating, false)]
    public void Update_Change_BeginsInItsState(bool enabled, string members, MappingState state, bool polls)
    {
        var present = Enabled("stream") with { Enabled = enabled, State = enabled ? MappingState.Enabled : MappingState.Disabled };

        var changed = Update(present, members);

        Assert.Equal((state, polls), (changed.State, changed.Enabled));
    }

    [Theory]
    [InlineData(MappingState.Creating)]
    [InlineData(MappingState.Enabling)]
    [InlineData(MappingState.Disabling)]
    [InlineData(MappingState.Updating)]
    [InlineData(MappingState.Deleting)]
    public void Update_WhileMoving_IsInUse(MappingState state)
    {
        var refused = Refused(() => Update(Create("stream") with { State = state }, """ "BatchSize":5 """));

        Assert.Equal(ServiceErrorKind.InUse, refused.Kind);
        Assert.Equal("Cannot update the event source mapping because it is in use.", refused.Message);
    }

    [Theory]
    [InlineData(MappingState.Creating)]
    [InlineData(MappingState.Enabling)]
    [InlineData(MappingState.Disabling)]
    [InlineData(MappingState.Updating)]
    public void Update_StuckBecauseOfItsSource_IsTaken(MappingState state)
    {
        var present = Create("kafka") with { State = state, StateReason = "EVENT_SOURCE_AUTHN_ERROR" };

        var changed = Update(present, """ "BatchSize":5 """);

        Assert.Equal((MappingState.Updating, "User action"), (changed.State, changed.StateReason));
    }

    [Fact]
    public void Update_Nothing_KeepsEverythingButStateAndTime()
    {
        var present = Enabled("kafka", """
            "BatchSize":7,"MaximumBatchingWindowInSeconds":3,"ParallelizationFactor":9,"MaximumRetryAttempts":2,
            "FilterCriteria":{"Filters":[{"Pattern":"{}"}]},"ScalingConfig":{"MaximumConcurrency":5},"Tags":{"a":"b"},
            "DestinationConfig":{"OnFailure":{"Destination":"kafka://failed"}},"LoggingConfig":{"SystemLogLevel":"INFO"}
            """) with
        { LastModifiedMs = 1 };

        var changed = Update(present, "");

        Assert.Equal(present with { State = MappingState.Updating, LastModifiedMs = NowMs }, changed);
    }

    [Fact]
    public void Update_EmptyValues_TakeOptionsAway()
    {
        var present = Enabled("kafka", """
            "FilterCriteria":{"Filters":[{"Pattern":"{}"}]},"ScalingConfig":{"MaximumConcurrency":5},
            "DestinationConfig":{"OnFailure":{"Destination":"kafka://failed"}},"LoggingConfig":{"SystemLogLevel":"INFO"},
            "MetricsConfig":{"Metrics":["EventCount"]},"KMSKeyArn":"arn:aws:kms:us-west-2:123456789012:key/k",
            "FunctionResponseTypes":["ReportBatchItemFailures"]
            """);

        var changed = Update(present, """
            "FilterCriteria":{"Filters":[]},"ScalingConfig":{},"DestinationConfig":{"OnFailure":{}},"LoggingConfig":{},
            "MetricsConfig":{"Metrics":[]},"KMSKeyArn":"","FunctionResponseTypes":[]
            """);

        Assert.Empty(changed.FilterPatterns);
        Assert.Null(changed.MaximumConcurrency);
        Assert.Null(changed.OnFailureDestination);
        Assert.Null(changed.SystemLogLevel);
        Assert.Null(changed.Metrics);
        Assert.Null(changed.KmsKeyArn);
        Assert.False(changed.ReportBatchItemFailures);
    }

    [Fact]
    public void Update_FromConcurrencyToPollersInOneCall_IsTaken()
    {
        var present = Enabled("queue", """ "ScalingConfig":{"MaximumConcurrency":5} """);

        var changed = Update(present, """ "ScalingConfig":{},"ProvisionedPollerConfig":{"MinimumPollers":4} """);

        Assert.Equal(new ProvisionedPollers(4, 200, null), changed.ProvisionedPollers);
    }

    [Fact]
    public void Update_ConsumerGroup_CannotChange()
        => Assert.Equal(
            "ConsumerGroupId cannot be changed.",
            Refused(() => Update(Enabled("kafka"), """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"other"} """)).Message);

    [Fact]
    public void Update_SameConsumerGroup_IsTaken()
        => Assert.Equal(
            "mine",
            Update(
                Enabled("kafka", """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"mine"} """),
                """ "SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"mine"} """).ConsumerGroupId);

    [Fact]
    public void Update_QueueBatchAboveTenWithoutWindow_IsRefused()
        => Assert.Contains("Maximum batch window", Refused(() => Update(Enabled("queue"), """ "BatchSize":11 """)).Message);
}
