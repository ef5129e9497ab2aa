using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dispatcher.Adapters.Kafka;

namespace Dispatcher.KafkaMock;

/// <summary>A cluster that runs somewhere: topics are made and trimmed by its admin API, its brokers are left alone.</summary>
internal sealed class RealCluster : ICluster
{
    private readonly IAdminClient _admin;

    public RealCluster(string servers)
    {
        Librdkafka.Require();
        Bootstraps = servers;
        _admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
    }

    /// <inheritdoc/>
    public string Bootstraps { get; }

    /// <inheritdoc/>
    public string Run(string line)
    {
        var task = line.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["topic", var name, var partitions] => _admin.CreateTopicsAsync(
                [new TopicSpecification { Name = name, NumPartitions = int.Parse(partitions, CultureInfo.InvariantCulture) }]),
            ["delete-topic", var name] => _admin.DeleteTopicsAsync([name]),
            ["trim", var name, var partition, var before] => _admin.DeleteRecordsAsync(
                [new TopicPartitionOffset(
                    name,
                    new Partition(int.Parse(partition, CultureInfo.InvariantCulture)),
                    new Offset(long.Parse(before, CultureInfo.InvariantCulture)))]),
            _ => null,
        };
        try
        {
            task?.GetAwaiter().GetResult();
            return task is null ? "cannot" : "ok";
        }
        catch (KafkaException error)
        {
            return $"error {error.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();
}
