namespace Dispatcher.Contracts.Configuration;

/// <summary>One RabbitMQ broker.</summary>
public sealed class RabbitMqBrokerConfig
{
    /// <summary><c>amqp://host:port</c> or <c>amqps://host:port</c>; credentials come from the mapping's secret.</summary>
    public string Url { get; set; } = "";

    /// <summary>PEM file of the certificate authority; empty for the machine's.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>
    /// Name of the secret (below <c>Secrets</c>) with user name and password for on-failure destinations of mappings that read
    /// something else; empty where only mappings of this broker write to it.
    /// </summary>
    public string Secret { get; set; } = "";

    /// <summary>Virtual host of such destinations.</summary>
    public string VirtualHost { get; set; } = "/";
}
