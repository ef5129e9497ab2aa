using Dispatcher.Adapters.RabbitMq;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.RabbitMq;

public sealed class RabbitMqPlanTests
{
    private const string Secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:s";

    private static MappingConfig Mapping => new()
    {
        Uuid = "u",
        FunctionArn = "f",
        EventSourceArn = "arn:aws:mq:us-east-1:000000000000:broker:orders:b-1",
        Queues = ["q"],
        SourceAccess = [new SourceAccess("BASIC_AUTH", Secret)],
    };

    [Fact]
    public void From_NothingSpecial_HasTheDefaults()
    {
        var plan = RabbitMqPlan.From(Mapping, Config());

        Assert.Equal(("orders", "q", "/", 1, 100), (plan.Broker, plan.Queue, plan.VirtualHost, plan.Consumers, plan.Prefetch));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(500, 10, 5_000)]
    [InlineData(10_000, 10, 65_535)]
    public void From_BatchSizeAndLanes_MultiplyToThePrefetch(int batchSize, int lanes, int prefetch)
    {
        var plan = RabbitMqPlan.From(Mapping with { BatchSize = batchSize, ParallelizationFactor = lanes }, Config());

        Assert.Equal(prefetch, plan.Prefetch);
    }

    [Fact]
    public void From_VirtualHostAndPollers_AreTaken()
    {
        var plan = RabbitMqPlan.From(
            Mapping with
            {
                SourceAccess = [.. Mapping.SourceAccess, new SourceAccess("VIRTUAL_HOST", "sales")],
                ProvisionedPollers = new ProvisionedPollers(3, 200, null),
            },
            Config());

        Assert.Equal(("sales", 3), (plan.VirtualHost, plan.Consumers));
    }

    [Theory]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:other:b-1", "amqp://h:1", "not in the configuration")]
    [InlineData("arn:aws:mq:us-east-1:000000000000:configuration:orders", "amqp://h:1", "not the ARN of a broker")]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:orders:b-1", "http://h:1", "not of the form amqp://")]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:orders:b-1", "", "not of the form amqp://")]
    public void From_WrongBroker_SaysWhatIsWrong(string arn, string url, string text)
    {
        var error = Assert.Throws<ServiceException>(() => RabbitMqPlan.From(Mapping with { EventSourceArn = arn }, Config(url)));

        Assert.Equal(ServiceErrorKind.InvalidParameterValue, error.Kind);
        Assert.Contains(text, error.Message);
    }

    [Fact]
    public void From_NoQueueOrNoSecret_SaysWhatIsMissing()
    {
        Assert.Contains("Queues", Assert.Throws<ServiceException>(
            () => RabbitMqPlan.From(Mapping with { Queues = null }, Config())).Message);
        Assert.Contains("BASIC_AUTH", Assert.Throws<ServiceException>(
            () => RabbitMqPlan.From(Mapping with { SourceAccess = [] }, Config())).Message);
    }

    [Fact]
    public void From_CaFileMissing_SaysSo()
    {
        var config = Config();
        config.Sources.RabbitMq["orders"].CaFile = "/nowhere/ca.pem";

        Assert.Contains("/nowhere/ca.pem", Assert.Throws<ServiceException>(() => RabbitMqPlan.From(Mapping, config)).Message);
    }

    [Theory]
    [InlineData("""{"username":"u","password":"p"}""", true)]
    [InlineData("""{"username":"u"}""", false)]
    [InlineData("""{"username":"u","password":1}""", false)]
    [InlineData("[]", false)]
    [InlineData("u:p", false)]
    public async Task Validate_SecretOfSomeForm_IsTakenOrRefused(string secret, bool taken)
    {
        var factory = new RabbitMqSourceFactory(
            Config(), new FixedSecrets((Secret, secret)), TimeProvider.System, Random.Shared, NullLoggerFactory.Instance);

        var error = await Xunit.Record.ExceptionAsync(() => factory.ValidateAsync(Mapping, default).AsTask());

        Assert.Equal(taken, error is null);
        Assert.True(taken || error is ServiceException { Kind: ServiceErrorKind.InvalidParameterValue });
    }

    [Fact]
    public void Handles_MqArnsOnly()
    {
        var factory = new RabbitMqSourceFactory(Config(), new FixedSecrets(), TimeProvider.System, Random.Shared, NullLoggerFactory.Instance);

        Assert.True(factory.Handles(Mapping));
        Assert.False(factory.Handles(Mapping with { EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:q" }));
        Assert.False(factory.Handles(Mapping with { EventSourceArn = null }));
    }

    private static DispatcherConfig Config(string url = "amqp://localhost:5672")
    {
        var config = new DispatcherConfig();
        config.Sources.RabbitMq["orders"] = new RabbitMqBrokerConfig { Url = url };
        return config;
    }
}
