using System.Diagnostics;
using Confluent.Kafka;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Bench;

/// <summary>A Kafka topic of 200-byte records, read by a mapping with batches of 500 and by a bare consumer.</summary>
internal static class KafkaBench
{
    private const int Partitions = 24;
    private const int Records = 400_000;
    private const int Rounds = 3;

    public static async Task RunAsync()
    {
        await using var cluster = await KafkaCluster.StartAsync();
        var topic = KafkaCluster.NewName();
        await cluster.CreateTopicAsync(topic, Partitions);
        var handler = new CountingHandler("\"offset\":"u8.ToArray());
        await using var host = await BenchHost.StartAsync(handler);
        await host.MapAsync(m => Kafka(m, cluster.Servers, KafkaCluster.NewName("warm")));
        Fill(cluster.Servers, topic);

        var (bare, ours) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(Bare(cluster.Servers, topic));
            ours.Add(await OursAsync(host, handler, cluster.Servers, topic));
        }

        Report.Line("bare consumer, records/s", $"{Report.Median(bare):N0}");
        Report.Line("mapping with a no-op function, records/s", $"{Report.Median(ours):N0}");
        var ratio = Report.Median(ours.Zip(bare, (o, b) => o / b));
        Report.Goal("ratio", ratio, ">= 0.8", ratio >= 0.8);
    }

    private static Contracts.Mappings.MappingConfig Kafka(Contracts.Mappings.MappingConfig mapping, string servers, string topic) => mapping with
    {
        KafkaBootstrapServers = servers.Split(','),
        Topics = [topic],
        ConsumerGroupId = mapping.Uuid,
        BatchSize = 500,
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
    private static double Bare(string servers, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = Guid.NewGuid().ToString(),
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        long start = 0;
        for (var seen = 0; seen < Records; seen++)
        {
            consumer.Consume(CancellationToken.None);
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
        }

        return Records / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> OursAsync(BenchHost host, CountingHandler handler, string servers, string topic)
    {
        var done = handler.ExpectAsync(Records);
        var id = await host.MapAsync(m => Kafka(m, servers, topic));
        var end = await done;
        var took = Stopwatch.GetElapsedTime(handler.FirstTimestamp, end).TotalSeconds;
        await host.Catalog.Mappings.UpdateAsync(id.ToString(), m => m with { State = Contracts.Mappings.MappingState.Deleting }, CancellationToken.None);
        await host.Get<Contracts.Grains.IGrainDirectory>().Mapping(id).ReconcileAsync(CancellationToken.None);
        return Records / took;
    }
}
