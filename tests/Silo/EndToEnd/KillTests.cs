using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Testing;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What the delivery promises are worth when the server dies, again and again, amid 100,000 records.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Records = 100_000;
    private const int Keys = 97;
    private const int Shards = 2;
    private const int BatchSize = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Kill_AmidAStream_LosesNothingAndKeepsTheOrderPerKey(int lanes)
    {
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", Shards);
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, Records, Keys);
        var mapping = await api.MapStreamAsync("orders", new JsonObject { ["BatchSize"] = BatchSize, ["ParallelizationFactor"] = lanes });

        await KillAsync(new KillCheck(server, witness, mapping), witness, lanes);
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>What a put reported as taken is not lost, though the server dies while it takes more.</summary>
    [Fact]
    public async Task Kill_AmidPuts_KeepsWhatWasAcknowledged()
    {
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        await api.CreateStreamAsync("orders", Shards);
        await api.MapStreamAsync("orders", new JsonObject { ["BatchSize"] = BatchSize });

        var putting = PutUntilItDiesAsync(server.Url);
        await witness.SeenAsync(Records / 10);
        await server.KillAsync();
        var taken = await putting;
        await witness.NextLifeAsync();
        await server.StartAgainAsync();

        await Eventually.TrueAsync(
            () => witness.Seen.Select(d => d.Number).Distinct().Count(number => number < taken) == taken, $"{taken} records arrive");
        Assert.InRange(taken, Records / 10, int.MaxValue);
        await MappingLedger.BalancedAsync(server.Url);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Kill_AmidAKafkaTopic_LosesNothingAndKeepsTheOrderPerKey(int lanes)
    {
        KafkaSettings.SkipIfMissing();
        await using var kafka = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName("orders");
        await kafka.CreateTopicAsync(topic, Shards);
        Produce(kafka, topic);
        await using var witness = await Witness.StartAsync();
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Config = KafkaSettings.Config(kafka) });
        var api = new Api(server.Url);
        await api.CreateFunctionAsync(witness.Url);
        var mapping = await api.MapAsync(new JsonObject
        {
            ["EventSourceArn"] = KafkaSettings.Arn,
            ["Topics"] = new JsonArray(topic),
            ["StartingPosition"] = "TRIM_HORIZON",
            ["BatchSize"] = BatchSize,
            ["ParallelizationFactor"] = lanes,
        });

        await KillAsync(new KillCheck(server, witness, mapping), witness, lanes);
        await MappingLedger.BalancedAsync(server.Url);
    }

    /// <summary>
    /// Kills three times on the way. In flight are then: what a shard may have done without a saved checkpoint, and a batch per
    /// lane that runs, or whose end the server has not heard of.
    /// </summary>
    private async Task KillAsync(KillCheck check, Witness witness, int lanes)
    {
        foreach (var quarter in (int[])[1, 2, 3])
        {
            await witness.SeenAsync(Records / 4 * quarter);
            await check.KillAsync();
            Assert.InRange(witness.Distinct, 1, Records - 1);
        }

        await witness.SeenAsync(Records);

        output.WriteLine($"in flight at the kills: {string.Join(", ", check.InFlight)}; delivered {witness.Seen.Count}");
        Assert.Equal(Enumerable.Range(0, Records), witness.Seen.Select(d => d.Number).Distinct().Order());
        check.AssertOnlyWhatWasInFlightCameAgain();
        check.AssertOrderPerKey(Keys);
        Assert.All(check.InFlight, count => Assert.InRange(count, 0, Shards * (Limits.UnsavedRecords + (lanes * BatchSize))));
    }

    /// <summary>Puts numbers in order until a call is not answered; returns how many were taken for sure.</summary>
    private static async Task<int> PutUntilItDiesAsync(Uri server)
    {
        const int call = 500;
        for (var taken = 0; ; taken += call)
        {
            try
            {
                await KinesisPuts.PutNumbersAsync(server, "orders", taken, call, Keys);
            }
            catch (HttpRequestException)
            {
                return taken;
            }
        }
    }

    private static void Produce(KafkaCluster kafka, string topic)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = kafka.Servers, LingerMs = 5, QueueBufferingMaxMessages = Records,
        }).Build();
        for (var number = 0; number < Records; number++)
        {
            var key = number % Keys;
            producer.Produce(new TopicPartition(topic, key % Shards), new Message<byte[], byte[]>
            {
                Key = Encoding.UTF8.GetBytes($"k{key}"),
                Value = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
            });
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
    }
}
