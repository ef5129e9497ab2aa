namespace Dispatcher.Contracts.Configuration;

/// <summary>One RabbitMQ broker.</summary>
public sealed class RabbitMqBrokerConfig
{
    /// <summary><c>amqp://host:port</c> or <c>amqps://host:port</c>; credentials come from the mapping's secret.</summary>
    public string Url { get; set; } = "";

    /// <summary>PEM file of the certificate authority; empty for the machine's.</summary>
    public string CaFile { get; set; } = "";
}
