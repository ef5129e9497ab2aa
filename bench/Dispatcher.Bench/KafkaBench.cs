using System.Diagnostics;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Bench;

/// <summary>A Kafka topic of 200-byte records, read by a mapping with batches of 500 and by a bare consumer.</summary>
internal static class KafkaBench
{
    private const int Partitions = 24;
    private const int BatchSize = 500;

    /// <summary>Whole batches in every partition: the last one would wait for its window, which is no throughput.</summary>
    private const int Records = Partitions * 33 * BatchSize;

    public static async Task RunAsync()
    {
        Librdkafka.Require();
        await using var cluster = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await cluster.CreateTopicAsync(topic, Partitions);
        using var handler = new CountingHandler();
        await using var host = await BenchHost.StartAsync(handler);
        Fill(cluster.Servers, topic);
        var settings = KafkaClientSettings.For(
            KafkaTarget.Of(Kafka(new() { Uuid = "bare", FunctionArn = "f" }, cluster.Servers, topic), host.Config), new KafkaCredentials());
        Report.Line("client settings of both", string.Join(' ', settings.Where(s => s.Key != "group.id").Select(s => $"{s.Key}={s.Value}")));

        var duel = new Duel(
            "bare consumer",
            () => Task.FromResult(Bare(settings, topic)),
            "mapping with a no-op function",
            () => OursAsync(host, handler, cluster.Servers, topic)) { WarmRounds = 3, Rounds = 15 };
        var ratio = await duel.RunAsync();
        Report.Goal("records/s, mapping / bare", ratio, ">= 0.8", ratio >= 0.8);
    }

    private static Contracts.Mappings.MappingConfig Kafka(Contracts.Mappings.MappingConfig mapping, string servers, string topic) => mapping with
    {
        KafkaBootstrapServers = servers.Split(','),
        Topics = [topic],
        ConsumerGroupId = mapping.Uuid,
        BatchSize = BatchSize,
        BatchingWindowMs = 500,
    };

    private static void Fill(string servers, string topic)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = servers,
            LingerMs = 20,
            QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        var value = new byte[200];
        for (var i = 0; i < Records; i++)
        {
            var message = new Message<byte[], byte[]> { Key = BitConverter.GetBytes(i), Value = value };
            producer.Produce(new TopicPartition(topic, i % Partitions), message);
            if (i % 50_000 == 0)
            {
                producer.Flush();
            }
        }

        producer.Flush();
    }

    /// <summary>From the first record to the last, as a user's own loop would get them.</summary>
    private static Run Bare(Dictionary<string, string> settings, string topic)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        long start = 0;
        for (var seen = 0; seen < Records; seen++)
        {
            consumer.Consume(CancellationToken.None);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
        }

        return new Run(Records, Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    private static async Task<Run> OursAsync(BenchHost host, CountingHandler handler, string servers, string topic)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var done = handler.ExpectAsync(Records);
        var id = await host.MapAsync(m => Kafka(m, servers, topic));
        var end = await done;
        var run = new Run(Records, Stopwatch.GetElapsedTime(handler.FirstTimestamp, end), Environment.CpuUsage.TotalTime - cpu);
        await host.RemoveAsync(id);
        return run;
    }
}
