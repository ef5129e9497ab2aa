using System.Globalization;
using Confluent.Kafka;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Diagnostics;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.Kafka;

/// <summary>One cluster for the tests of a class, a producer, and what a source needs.</summary>
public sealed class KafkaFixture : IAsyncLifetime
{
    private KafkaCluster? _cluster;
    private IProducer<byte[]?, byte[]?>? _producer;

    public KafkaCluster Cluster => _cluster!;

    internal FakeSecrets Secrets { get; } = new();

    internal Instruments Instruments { get; } = new();

    internal DispatcherConfig Config { get; } = new();

    internal KafkaEnvironment Environment
        => new(Config, Secrets, Instruments, NullLoggerFactory.Instance, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        try
        {
            Librdkafka.Require();
        }
        catch (SourceException missing)
        {
            Assert.Skip(missing.Message);
        }

        _cluster = await KafkaCluster.StartAsync();
        Config.Sources.Kafka["test"] = new KafkaClusterConfig
        {
            BootstrapServers = _cluster.Servers,
            Client = new Dictionary<string, string>(KafkaCluster.ClientSettings),
        };
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = _cluster.Servers, LingerMs = 1, ReconnectBackoffMaxMs = 100,
        }).SetLogHandler((_, _) => { }).Build();
    }

    public async ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        Instruments.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    internal async Task<string> NewTopicAsync(int partitions)
    {
        var topic = KafkaCluster.NewName();
        await Cluster.CreateTopicAsync(topic, partitions);
        return topic;
    }

    internal MappingConfig Mapping(string topic) => new()
    {
        Uuid = Guid.NewGuid().ToString(),
        FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:f",
        KafkaBootstrapServers = Cluster.Servers.Split(','),
        Topics = [topic],
        ConsumerGroupId = $"group-{Guid.NewGuid():N}",
        StartingPosition = "TRIM_HORIZON",
    };

    internal ISource Source(MappingConfig mapping, ILoggerFactory loggers)
        => new KafkaSourceFactory(Environment with { Loggers = loggers }).Connect(mapping);

    internal ISource Source(MappingConfig mapping) => new KafkaSourceFactory(Environment).Connect(mapping);

    internal Task PutAsync(string topic, int partition, Message<byte[]?, byte[]?> message)
        => _producer!.ProduceAsync(new TopicPartition(topic, new Partition(partition)), message);

    /// <summary>Puts decimal numbers as key and value and returns when all are there.</summary>
    internal async Task PutNumbersAsync(string topic, int partition, int from, int count, int bytes = 0)
    {
        var left = count;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = from; i < from + count; i++)
        {
            var text = System.Text.Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture).PadLeft(bytes, '0'));
            _producer!.Produce(
                new TopicPartition(topic, new Partition(partition)),
                new Message<byte[]?, byte[]?> { Key = text, Value = text },
                report =>
                {
                    if (report.Error.IsError)
                    {
                        done.TrySetException(new KafkaException(report.Error));
                    }
                    else if (Interlocked.Decrement(ref left) == 0)
                    {
                        done.TrySetResult();
                    }
                });
        }

        await done.Task;
    }
}
