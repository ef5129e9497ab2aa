using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>What a mapping and the configuration say together about one queue.</summary>
/// <param name="Mapping">The mapping's UUID; names the connection and the consumers in the broker's own tools.</param>
/// <param name="Broker">The broker's name in the configuration.</param>
/// <param name="Url">Where the broker is: <c>amqp</c> or <c>amqps</c>.</param>
/// <param name="Queue">The queue.</param>
internal sealed record RabbitMqPlan(string Mapping, string Broker, Uri Url, string Queue)
{
    private const string VirtualHostAccess = "VIRTUAL_HOST";
    private const string SecretAccess = "BASIC_AUTH";

    /// <summary>The virtual host.</summary>
    public required string VirtualHost { get; init; }

    /// <summary>The secret with user name and password.</summary>
    public required string SecretArn { get; init; }

    /// <summary>PEM file of the certificate authority; empty for the machine's.</summary>
    public required string CaFile { get; init; }

    /// <summary>How many consumers read a queue side by side, 1..200. A stream always has one.</summary>
    public required int Consumers { get; init; }

    /// <summary>Whether the mapping says how many consumers there are.</summary>
    public bool Provisioned { get; init; }

    /// <summary>Messages that one consumer may hold without an acknowledgement: what its lanes can have in their batches.</summary>
    public required ushort Prefetch { get; init; }

    /// <summary>Compiles a mapping.</summary>
    /// <exception cref="ServiceException">InvalidParameterValue: the mapping or the configuration lacks something.</exception>
    public static RabbitMqPlan From(MappingConfig mapping, DispatcherConfig config)
    {
        var name = BrokerName(mapping.EventSourceArn);
        if (!config.Sources.RabbitMq.TryGetValue(name, out var broker))
        {
            throw ServiceException.Invalid($"Broker '{name}' is not in the configuration (Sources:RabbitMq:{name}).");
        }

        var pollers = mapping.ProvisionedPollers?.Minimum ?? 1;
        return new RabbitMqPlan(mapping.Uuid, name, BrokerUrl(name, broker), QueueName(mapping))
        {
            VirtualHost = Access(mapping, VirtualHostAccess) ?? "/",
            SecretArn = Access(mapping, SecretAccess) ?? throw ServiceException.Invalid(
                "A BASIC_AUTH secret is required in SourceAccessConfigurations for an Amazon MQ event source."),
            CaFile = CaFilePath(name, broker),
            Provisioned = mapping.ProvisionedPollers is not null,
            Consumers = Math.Clamp(pollers, 1, Limits.RabbitMqConsumers),
            Prefetch = (ushort)Math.Clamp(
                (long)mapping.BatchSize * mapping.ParallelizationFactor, 1, Limits.RabbitMqPrefetch),
        };
    }

    /// <summary>
    /// Compiles a destination, <c>arn:aws:mq:region:account:broker:NAME:ID:QUEUE</c>: the rest of the ARN is the queue. A mapping
    /// that reads the same broker writes there as it reads, with its virtual host and its secret; others take those of the
    /// broker's configuration.
    /// </summary>
    /// <exception cref="ServiceException">InvalidParameterValue: what is wrong with it.</exception>
    public static RabbitMqPlan ForDestination(MappingConfig mapping, DispatcherConfig config)
    {
        var text = mapping.OnFailureDestination;
        if (!Arn.TryParse(text, out var arn) || arn.Resource.Split(':', 4) is not ["broker", { Length: > 0 } name, { Length: > 0 }, { Length: > 0 } queue])
        {
            throw ServiceException.Invalid($"'{text}' names no queue of a broker (arn:aws:mq:region:account:broker:name:id:queue).");
        }

        if (!config.Sources.RabbitMq.TryGetValue(name, out var broker))
        {
            throw ServiceException.Invalid($"Broker '{name}' is not in the configuration (Sources:RabbitMq:{name}).");
        }

        var same = Arn.TryParse(mapping.EventSourceArn, out var source) && source.Service == "mq" && BrokerName(mapping.EventSourceArn) == name;
        return new RabbitMqPlan("", name, BrokerUrl(name, broker), queue)
        {
            VirtualHost = (same ? Access(mapping, VirtualHostAccess) : broker.VirtualHost) ?? "/",
            SecretArn = (same ? Access(mapping, SecretAccess) : null) ?? SecretOf(name, broker, config),
            CaFile = CaFilePath(name, broker),
            Consumers = 0,
            Prefetch = 1,
        };
    }

    private static string SecretOf(string name, RabbitMqBrokerConfig broker, DispatcherConfig config)
        => broker.Secret.Length > 0
            ? $"arn:aws:secretsmanager:{config.Region}:{config.Account}:secret:{broker.Secret}"
            : throw ServiceException.Invalid(
                $"Broker '{name}' is not the mapping's source and has no credentials for destinations (Sources:RabbitMq:{name}:Secret).");

    private static string BrokerName(string? text)
        => Arn.TryParse(text, out var arn) && arn.Resource.Split(':') is ["broker", { Length: > 0 } name, { Length: > 0 }]
            ? name
            : throw ServiceException.Invalid($"'{text}' is not the ARN of a broker (arn:aws:mq:region:account:broker:name:id).");

    private static string QueueName(MappingConfig mapping)
        => mapping.Queues is [{ Length: > 0 } queue]
            ? queue
            : throw ServiceException.Invalid("Exactly one queue is required in Queues for an Amazon MQ event source.");

    private static string? Access(MappingConfig mapping, string type)
    {
        foreach (var access in mapping.SourceAccess)
        {
            if (access.Type == type)
            {
                return access.Uri;
            }
        }

        return null;
    }

    private static Uri BrokerUrl(string name, RabbitMqBrokerConfig broker)
        => Uri.TryCreate(broker.Url, UriKind.Absolute, out var url) && url.Scheme is "amqp" or "amqps" && url.Host.Length > 0
            ? url
            : throw ServiceException.Invalid(
                $"Sources:RabbitMq:{name}:Url '{broker.Url}' is not of the form amqp://host:port or amqps://host:port.");

    private static string CaFilePath(string name, RabbitMqBrokerConfig broker)
        => broker.CaFile.Length == 0 || File.Exists(broker.CaFile)
            ? broker.CaFile
            : throw ServiceException.Invalid($"Sources:RabbitMq:{name}:CaFile '{broker.CaFile}' does not exist.");
}
