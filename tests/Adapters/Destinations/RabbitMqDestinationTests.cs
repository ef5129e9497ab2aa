using System.Text;
using Dispatcher.Adapters.Destinations;
using Dispatcher.Adapters.Tests.RabbitMq;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Testing.RabbitMq;

namespace Dispatcher.Adapters.Tests.Destinations;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqDestinationTests(RabbitMqFixture rabbit)
{
    private const string Credentials = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rabbit";

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    [InlineData("stream")]
    public async Task Deliver_AQueue_HasTheMessages(string type)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        await using var destination = Destination(await rabbit.ServerAsync());

        await destination.DeliverAsync(FromElsewhere(bench.Queue), [Message("one"), Message("two")], cancellation);

        await using var reader = await bench.OpenAsync(cancellation);
        var seen = new List<string>();
        while (seen.Count < 2)
        {
            using var page = await reader.ReadAsync(10, cancellation);
            foreach (var record in page.Records)
            {
                seen.Add(QueueBench.Text(record));
            }
        }

        Assert.Equal(["one", "two"], seen);
    }

    [Fact]
    public async Task Deliver_NoSuchQueue_FailsAndSaysSo()
    {
        await using var destination = Destination(await rabbit.ServerAsync());

        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.DeliverAsync(
            FromElsewhere("nobody"), [Message("one")], TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("queue 'nobody' does not exist in virtual host '/'", error.Message);
    }

    [Fact]
    public async Task Deliver_MappingOfTheSameBroker_UsesItsCredentials()
    {
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        await using var destination = Destination(await rabbit.ServerAsync(), broker => broker.Secret = "");
        var mapping = bench.Mapping with { OnFailureDestination = Arn(bench.Queue) };

        await destination.CheckAsync(mapping, TestContext.Current.CancellationToken);
        await destination.DeliverAsync(mapping, [Message("one")], TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), await bench.CountAsync());
    }

    [Fact]
    public async Task Deliver_BrokerIsAway_FailsAndThenArrives()
    {
        await using var server = await StartAsync();
        await using var bench = await QueueBench.StartAsync(server, "classic");
        await using var destination = Destination(server);
        await destination.DeliverAsync(FromElsewhere(bench.Queue), [Message("one")], TestContext.Current.CancellationToken);

        await server.StopAsync();
        await Assert.ThrowsAsync<DestinationException>(() => destination.DeliverAsync(
            FromElsewhere(bench.Queue), [Message("two")], TestContext.Current.CancellationToken).AsTask());
        await server.StartAgainAsync();
        await destination.DeliverAsync(FromElsewhere(bench.Queue), [Message("two")], TestContext.Current.CancellationToken);

        Assert.Equal((2, 0), await bench.CountAsync());
    }

    [Theory]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:test:b-1", "names no queue")]
    [InlineData("arn:aws:mq:us-east-1:000000000000:broker:other:b-1:q", "Broker 'other' is not in the configuration")]
    public async Task Check_WrongDestination_IsRefused(string arn, string reason)
    {
        await using var destination = Destination("amqp://127.0.0.1:1");

        var error = await Assert.ThrowsAsync<ServiceException>(() => destination.CheckAsync(
            FromElsewhere("q") with { OnFailureDestination = arn }, TestContext.Current.CancellationToken).AsTask());
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task Check_NoCredentialsForTheBroker_IsRefused()
    {
        await using var destination = Destination("amqp://127.0.0.1:1", broker => broker.Secret = "");

        var error = await Assert.ThrowsAsync<ServiceException>(
            () => destination.CheckAsync(FromElsewhere("q"), TestContext.Current.CancellationToken).AsTask());
        Assert.Contains("Sources:RabbitMq:test:Secret", error.Message);
    }

    private static async Task<RabbitMqServer> StartAsync()
    {
        RabbitMqServer.SkipIfMissing();
        return await RabbitMqServer.StartAsync();
    }

    private static RabbitMqDestination Destination(RabbitMqServer server, Action<RabbitMqBrokerConfig>? change = null)
        => Destination(server.Url, change);

    private static RabbitMqDestination Destination(string url, Action<RabbitMqBrokerConfig>? change = null)
    {
        var broker = new RabbitMqBrokerConfig { Url = url, Secret = "rabbit" };
        change?.Invoke(broker);
        var config = new DispatcherConfig();
        config.Sources.RabbitMq["test"] = broker;
        var text = $$"""{"username":"{{RabbitMqServer.User}}","password":"{{RabbitMqServer.Password}}"}""";
        return new(config, new FixedSecrets((Credentials, text)));
    }

    private static MappingConfig FromElsewhere(string queue) => new()
    {
        Uuid = "6d9bce8e-836b-442c-8070-74e77903c815",
        FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f",
        EventSourceArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s",
        OnFailureDestination = Arn(queue),
    };

    private static string Arn(string queue) => $"arn:aws:mq:us-east-1:000000000000:broker:test:b-1:{queue}";

    private static DestinationMessage Message(string body) => new(Encoding.UTF8.GetBytes(body));
}
