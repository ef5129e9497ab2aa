namespace Dispatcher.Contracts.Configuration;

/// <summary>One Kafka cluster.</summary>
public sealed class KafkaClusterConfig
{
    /// <summary><c>host:port</c>, comma separated.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>True: TLS also without a certificate of our own (credentials then decide SASL_SSL or SSL).</summary>
    public bool Tls { get; set; }

    /// <summary>
    /// Name of the secret (below <c>Secrets</c>) with credentials for destinations of asynchronous invocations; mappings have their
    /// own. Empty where the cluster asks for none.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>What <see cref="Secret"/> is: <c>SASL_SCRAM_512_AUTH</c>, <c>SASL_SCRAM_256_AUTH</c>, <c>BASIC_AUTH</c> or <c>CLIENT_CERTIFICATE_TLS_AUTH</c>.</summary>
    public string SecretType { get; set; } = "SASL_SCRAM_512_AUTH";

    /// <summary>Settings handed to librdkafka as they are; they win over everything else.</summary>
    public Dictionary<string, string> Client { get; set; } = [];
}
