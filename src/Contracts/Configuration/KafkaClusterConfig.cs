namespace Dispatcher.Contracts.Configuration;

/// <summary>One Kafka cluster.</summary>
public sealed class KafkaClusterConfig
{
    /// <summary><c>host:port</c>, comma separated.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>True: TLS also without a certificate of our own (credentials then decide SASL_SSL or SSL).</summary>
    public bool Tls { get; set; }

    /// <summary>Settings handed to librdkafka as they are; they win over everything else.</summary>
    public Dictionary<string, string> Client { get; set; } = [];
}
