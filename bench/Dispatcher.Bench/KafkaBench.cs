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

    private const int Rounds = 9;
    private const int WarmRounds = 3;

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

        // The first rounds of each compile and fill pools.
        var (bare, ours) = (new List<Run>(), new List<Run>());
        for (var round = 0; round < WarmRounds + Rounds; round++)
        {
            bare.Add(Bare(settings, topic));
            ours.Add(await OursAsync(host, handler, cluster.Servers, topic));
        }

        Print("bare consumer", bare.Skip(WarmRounds));
        Print("mapping with a no-op function", ours.Skip(WarmRounds));
        var pairs = ours.Zip(bare).Skip(WarmRounds).ToList();
        Report.Line("processor time, mapping / bare", $"{Report.Median(pairs.Select(p => p.First.CpuMicros / p.Second.CpuMicros)):0.00}");
        var ratio = Report.Median(pairs.Select(p => p.First.PerSecond / p.Second.PerSecond));
        Report.Goal("records/s, mapping / bare", ratio, ">= 0.8", ratio >= 0.8);
    }

    private static void Print(string what, IEnumerable<Run> runs)
    {
        Report.Line($"{what}, records/s", $"{Report.Median(runs.Select(r => r.PerSecond)):N0}");
        Report.Line($"{what}, processor us/record", $"{Report.Median(runs.Select(r => r.CpuMicros)):0.00}");
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

        return new Run(Stopwatch.GetElapsedTime(start), Environment.CpuUsage.TotalTime - cpu);
    }

    private static async Task<Run> OursAsync(BenchHost host, CountingHandler handler, string servers, string topic)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var done = handler.ExpectAsync(Records);
        var id = await host.MapAsync(m => Kafka(m, servers, topic));
        var end = await done;
        var run = new Run(Stopwatch.GetElapsedTime(handler.FirstTimestamp, end), Environment.CpuUsage.TotalTime - cpu);
        await host.Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = Contracts.Mappings.MappingState.Deleting }, CancellationToken.None);
        await host.Get<Contracts.Grains.IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
        return run;
    }

    /// <summary>One reading of the whole topic.</summary>
    private sealed record Run(TimeSpan Took, TimeSpan Cpu)
    {
        public double PerSecond => Records / Took.TotalSeconds;

        /// <summary>Processor time of the whole process, the client's own threads included, per record.</summary>
        public double CpuMicros => Cpu.TotalMicroseconds / Records;
    }
}
