using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Testing;
using Dispatcher.Testing.RabbitMq;
using Dispatcher.Testing.Server;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>A real RabbitMQ that refuses, has nothing, or is away for a while.</summary>
public sealed class RabbitMqTroubleTests
{
    [Fact]
    public async Task Map_BrokerInEveryTrouble_ShowsItAndRecovers()
    {
        RabbitMqServer.SkipIfMissing();
        await using var rabbit = await RabbitMqServer.StartAsync();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = Config(rabbit) });
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);

        var wrong = await api.MapAsync(Mapping("wrong"));
        Assert.Contains("refused the user name and password", await api.ReasonAsync(wrong, "EVENT_SOURCE_AUTHN_ERROR"));
        await api.DeleteAsync(wrong);

        // The queue is missing, then it is there.
        var uuid = await api.MapAsync(Mapping("right"));
        Assert.Contains("queue 'orders' does not exist", await api.ReasonAsync(uuid, "ESM_CONFIG_NOT_VALID"));
        await PublishAsync(rabbit, 0, 10);
        await witness.SeenAsync(10);
        await api.ReasonAsync(uuid, "User action");

        // The broker is killed, also as a destination of another mapping, then it is back.
        await using var failing = await FailingAsync(api);
        await rabbit.KillAsync();
        await KinesisPuts.PutNumbersAsync(server.Url, "failing", 0, 1, 1);
        await api.ResultAsync(uuid, "PROBLEM: broker 'shop'");
        await api.ReasonAsync(uuid, "EVENT_SOURCE_UNAVAILABLE");
        await Eventually.TrueAsync(async () => (await api.TextAsync("/dispatcher/mappings")).Contains("destinationError", StringComparison.Ordinal), "a delivery fails");
        await rabbit.StartAgainAsync();
        await PublishAsync(rabbit, 10, 10);
        await witness.SeenAsync(20);
        await api.ResultAsync(uuid, "OK");
        await DeadAsync(rabbit);
        Assert.Single(failing.Events);
        await MappingLedger.BalancedAsync(server.Url);
        await api.ReasonAsync(uuid, "User action");
    }

    /// <summary>A mapping whose function always fails and whose destination is a queue of the broker.</summary>
    private static async Task<Inbox> FailingAsync(Api api)
    {
        var inbox = await Inbox.StartAsync();
        inbox.Answer = _ => null;
        await api.CreateFunctionAsync(inbox.Url, "failing");
        await api.CreateStreamAsync("failing", 1);
        await api.MapStreamAsync("failing", new JsonObject
        {
            ["FunctionName"] = "failing",
            ["MaximumRetryAttempts"] = 0,
            ["DestinationConfig"] = new JsonObject
            {
                ["OnFailure"] = new JsonObject { ["Destination"] = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1:dead" },
            },
        });
        return inbox;
    }

    /// <summary>Waits until the destination has a record.</summary>
    private static async Task DeadAsync(RabbitMqServer rabbit)
    {
        await using var connection = await ConnectAsync(rabbit);
        await using var channel = await connection.CreateChannelAsync();
        await Eventually.TrueAsync(async () => await channel.BasicGetAsync("dead", autoAck: true) is not null, "the failure arrives");
    }

    private static JsonObject Mapping(string secret) => new()
    {
        ["EventSourceArn"] = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1",
        ["Queues"] = new JsonArray("orders"),
        ["SourceAccessConfigurations"] = new JsonArray(new JsonObject
        {
            ["Type"] = "BASIC_AUTH",
            ["URI"] = $"arn:aws:secretsmanager:us-east-1:000000000000:secret:{secret}",
        }),
    };

    private static string Config(RabbitMqServer rabbit) => new JsonObject
    {
        ["Sources"] = new JsonObject { ["RabbitMq"] = new JsonObject { ["shop"] = new JsonObject { ["Url"] = rabbit.Url, ["Secret"] = "right" } } },
        ["Secrets"] = new JsonObject { ["right"] = Secret(RabbitMqServer.Password), ["wrong"] = Secret("wrong") },
    }.ToJsonString();

    private static JsonObject Secret(string password) => new()
    {
        ["Value"] = new JsonObject { ["username"] = RabbitMqServer.User, ["password"] = password }.ToJsonString(),
    };

    private static async Task PublishAsync(RabbitMqServer rabbit, int first, int count)
    {
        await using var connection = await ConnectAsync(rabbit);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.QueueDeclareAsync("orders", true, false, false);
        await channel.QueueDeclareAsync("dead", true, false, false);
        for (var number = first; number < first + count; number++)
        {
            await channel.BasicPublishAsync(
                "", "orders", mandatory: true, new BasicProperties { Persistent = true }, Encoding.ASCII.GetBytes($"{number}"));
        }
    }

    private static Task<IConnection> ConnectAsync(RabbitMqServer rabbit) => new ConnectionFactory
    {
        Uri = new Uri(rabbit.Url), UserName = RabbitMqServer.User, Password = RabbitMqServer.Password,
    }.CreateConnectionAsync();
}
