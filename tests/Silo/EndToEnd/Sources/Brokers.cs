using Dispatcher.Silo.Tests.EndToEnd.Sources;
using Dispatcher.Testing.Kafka;
using Dispatcher.Testing.RabbitMq;

[assembly: AssemblyFixture(typeof(Brokers))]

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>
/// A Kafka cluster and a RabbitMQ broker for all tests that do not take them down. They start when a test first asks, and take
/// seconds: so there is one of each, and every test has topics and queues of its own.
/// </summary>
public sealed class Brokers : IAsyncLifetime
{
    private readonly Lock _lock = new();
    private Task<KafkaCluster>? _kafka;
    private Task<RabbitMqServer>? _rabbit;

    /// <summary>The cluster; skips the running test where there is no native Kafka client.</summary>
    public Task<KafkaCluster> KafkaAsync()
    {
        KafkaSettings.SkipIfMissing();
        lock (_lock)
        {
            return _kafka ??= KafkaCluster.StartAsync();
        }
    }

    /// <summary>The broker; skips the running test where RabbitMQ is not installed.</summary>
    public Task<RabbitMqServer> RabbitMqAsync()
    {
        RabbitMqServer.SkipIfMissing();
        lock (_lock)
        {
            return _rabbit ??= RabbitMqServer.StartAsync();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_kafka is { IsCompletedSuccessfully: true })
        {
            await (await _kafka).DisposeAsync();
        }

        if (_rabbit is { IsCompletedSuccessfully: true })
        {
            await (await _rabbit).DisposeAsync();
        }
    }
}
