using System.Globalization;
using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.RabbitMq;
using Dispatcher.Testing.Server;
using RabbitMQ.Client;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>Messages of a real RabbitMQ reach a function through the real server, also when it is killed on the way, again and again.</summary>
public sealed class RabbitMqKillTests(ITestOutputHelper output)
{
    private const string Queue = "orders";
    private const string Broker = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-1";
    private const string Secret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rabbit";
    private const int Messages = 100_000;
    private const int BatchSize = 500;
    private const int Kills = 3;

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    [InlineData("stream")]
    public async Task Kill_InTheMiddleOfTheMessages_LosesNoneAndRepeatsOnlyWhatWasInFlight(string type)
    {
        RabbitMqServer.SkipIfMissing();
        AwsCli.SkipIfMissing();
        await using var rabbit = await RabbitMqServer.StartAsync();
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = Config(rabbit) });
        await PublishAsync(rabbit, type);
        await MapAsync(new AwsCli(server.Url.AbsoluteUri), witness.Url);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await witness.SeenAsync(Messages / (Kills + 1) * kill);
            await server.KillAsync();
            await witness.NextLifeAsync();
            Assert.InRange(witness.Distinct, 1, Messages - 1);
            await server.StartAgainAsync();
        }

        await witness.SeenAsync(Messages);

        Assert.Equal(Enumerable.Range(0, Messages), witness.Seen.Select(d => d.Number).Distinct().Order());
        output.WriteLine($"delivered {witness.Seen.Count}");
        Assert.InRange(witness.Seen.Count - Messages, 0, Kills * InFlight(type));
        if (type != "stream")
        {
            await Eventually.EqualAsync("0", async () => await CountAsync(rabbit));
        }

        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>
    /// What a kill may repeat. A queue gives out no more than a batch before it has acknowledgements; in a stream it is what was
    /// done without a saved checkpoint, and the batch that ran.
    /// </summary>
    private static int InFlight(string type) => type == "stream" ? Limits.UnsavedRecords + BatchSize : BatchSize;

    private static string Config(RabbitMqServer rabbit) => $$$"""
        {
          "Sources": { "RabbitMq": { "shop": { "Url": "{{{rabbit.Url}}}" } } },
          "Secrets": {
            "rabbit": {
              "Value": "{\"username\":\"{{{RabbitMqServer.User}}}\",\"password\":\"{{{RabbitMqServer.Password}}}\"}"
            }
          }
        }
        """;

    private static async Task MapAsync(AwsCli aws, string function)
    {
        await aws.RunAsync(
            "lambda", "create-function", "--function-name", "f", "--package-type", "Image",
            "--code", $"ImageUri={function}", "--role", "arn:aws:iam::000000000000:role/r");
        await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "f", "--event-source-arn", Broker,
            "--queues", Queue, "--batch-size", BatchSize.ToString(CultureInfo.InvariantCulture),
            "--source-access-configurations", $"Type=BASIC_AUTH,URI={Secret}");
    }

    private static async Task PublishAsync(RabbitMqServer rabbit, string type)
    {
        await using var connection = await new ConnectionFactory
        {
            Uri = new Uri(rabbit.Url),
            UserName = RabbitMqServer.User,
            Password = RabbitMqServer.Password,
        }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            Queue, true, false, false, new Dictionary<string, object?> { ["x-queue-type"] = type });
        var properties = new BasicProperties { Persistent = true };
        for (var i = 0; i < Messages; i++)
        {
            await channel.BasicPublishAsync("", Queue, mandatory: true, properties, Encoding.UTF8.GetBytes($"{i}"));
        }

        // The broker answers after it has taken all of them.
        await channel.CloseAsync();
    }

    private static async Task<string> CountAsync(RabbitMqServer rabbit)
        => (await rabbit.ControlAsync("list_queues", "--no-table-headers", "messages")).Trim();
}
