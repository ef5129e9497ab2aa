namespace Dispatcher.Contracts.Configuration;

/// <summary>Brokers that ARNs name.</summary>
public sealed class SourcesConfig
{
    /// <summary>Kafka clusters: <c>arn:aws:kafka:…:cluster/NAME/…</c>.</summary>
    public Dictionary<string, KafkaClusterConfig> Kafka { get; set; } = [];

    /// <summary>RabbitMQ brokers: <c>arn:aws:mq:…:broker:NAME:…</c>.</summary>
    public Dictionary<string, RabbitMqBrokerConfig> RabbitMq { get; set; } = [];
}
