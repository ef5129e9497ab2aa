using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaTargetTests
{
    private const string Msk = "arn:aws:kafka:us-east-1:000000000000:cluster/orders/0f1a-1";

    private readonly DispatcherConfig _server = new()
    {
        Sources = { Kafka = { ["orders"] = new KafkaClusterConfig { BootstrapServers = "a:9092, b:9092", Tls = true } } },
    };

    [Fact]
    public void Of_SelfManaged_TakesItsServersAndGroup()
    {
        var target = KafkaTarget.Of(Mapping() with { KafkaBootstrapServers = ["x:1", "[::1]:2"], ConsumerGroupId = "g" }, _server);

        Assert.Equal("x:1,[::1]:2", target.Servers);
        Assert.Equal(("t.1_a-b", "g"), (target.Topic, target.Group));
        Assert.Null(target.Cluster);
    }

    [Fact]
    public void Of_SelfManagedWithAServerOfTheConfiguration_TakesItsSettings()
        => Assert.True(KafkaTarget.Of(Mapping() with { KafkaBootstrapServers = ["B:9092"] }, _server).Cluster!.Tls);

    [Fact]
    public void Of_MskArn_TakesTheNamedCluster()
    {
        var target = KafkaTarget.Of(Mapping() with { EventSourceArn = Msk }, _server);

        Assert.Equal("a:9092,b:9092", target.Servers);
        Assert.Equal(target.Mapping, target.Group);
    }

    [Theory]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:cluster/unknown/1", "not in the configuration (Sources:Kafka:unknown)")]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:topic/orders/1", "is not the ARN of a Kafka cluster")]
    [InlineData("arn:aws:kafka:us-east-1:000000000000:cluster", "is not the ARN of a Kafka cluster")]
    public void Of_WrongArn_SaysWhy(string arn, string why)
        => Assert.Contains(why, Refusal(Mapping() with { EventSourceArn = arn }));

    [Theory]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:port")]
    [InlineData("ho st:1")]
    [InlineData("a:1,b:2")]
    [InlineData("")]
    public void Of_WrongServer_SaysWhich(string server)
        => Assert.Contains($"'{server}' in KAFKA_BOOTSTRAP_SERVERS", Refusal(Mapping() with { KafkaBootstrapServers = [server] }));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ü")]
    public void Of_WrongTopic_SaysWhich(string topic)
        => Assert.Contains($"'{topic}' is not a valid Kafka topic", Refusal(Mapping() with { EventSourceArn = Msk, Topics = [topic] }));

    [Fact]
    public void Of_NoOrTwoTopicsOrALongOne_IsRefused()
    {
        Assert.Contains("Exactly one topic", Refusal(Mapping() with { EventSourceArn = Msk, Topics = null }));
        Assert.Contains("Exactly one topic", Refusal(Mapping() with { EventSourceArn = Msk, Topics = ["a", "b"] }));
        Assert.Contains("not a valid", Refusal(Mapping() with { EventSourceArn = Msk, Topics = [new string('a', 250)] }));
    }

    private static MappingConfig Mapping() => new()
    {
        Uuid = "11111111-2222-3333-4444-555555555555", FunctionArn = "arn", Topics = ["t.1_a-b"],
    };

    private string Refusal(MappingConfig mapping)
    {
        var error = Assert.Throws<ServiceException>(() => KafkaTarget.Of(mapping, _server));
        Assert.Equal(ServiceErrorKind.InvalidParameterValue, error.Kind);
        return error.Message;
    }
}
