using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>The source itself: ARN or bootstrap servers, topic, queue, consumer group. None of it can be changed later.</summary>
internal static class SourceRules
{
    private const string Managed = "AmazonManagedKafkaEventSourceConfig";
    private const string SelfManaged = "SelfManagedKafkaEventSourceConfig";

    /// <summary>Puts the source of a create request into the mapping; its kind can be asked for afterwards.</summary>
    public static MappingConfig Read(MappingInput input, MappingConfig config)
    {
        var arn = input.Text("EventSourceArn");
        var servers = input.Structure("SelfManagedEventSource").Structure("Endpoints").Texts("KAFKA_BOOTSTRAP_SERVERS");
        if (arn is { Length: > 0 } && servers is not null)
        {
            throw ServiceException.Invalid("EventSourceArn and SelfManagedEventSource cannot both be given.");
        }

        return config with
        {
            EventSourceArn = string.IsNullOrEmpty(arn) ? null : arn,
            KafkaBootstrapServers = servers,
            Topics = input.Texts("Topics"),
            Queues = input.Texts("Queues"),
        };
    }

    /// <summary>Checks the source's own members against its kind and gives a Kafka mapping its consumer group.</summary>
    public static MappingConfig Check(MappingInput input, MappingConfig config, SourceKind kind)
    {
        ExactlyOne("Topics", config.Topics, kind == SourceKind.Kafka);
        ExactlyOne("Queues", config.Queues, kind == SourceKind.RabbitMq);
        CheckGroupConfigs(input, config, kind);
        return kind == SourceKind.Kafka ? config with { ConsumerGroupId = GroupOf(input, config) ?? config.Uuid } : config;
    }

    /// <summary>Refuses to change the consumer group of a mapping.</summary>
    public static void CheckUnchanged(MappingInput input, MappingConfig config, SourceKind kind)
    {
        CheckGroupConfigs(input, config, kind);
        if (GroupOf(input, config) is { } group && group != config.ConsumerGroupId)
        {
            throw ServiceException.Invalid("ConsumerGroupId cannot be changed.");
        }
    }

    private static string? GroupOf(MappingInput input, MappingConfig config)
        => input.Structure(ConfigName(config)).Text("ConsumerGroupId");

    private static string ConfigName(MappingConfig config) => config.EventSourceArn is null ? SelfManaged : Managed;

    private static void CheckGroupConfigs(MappingInput input, MappingConfig config, SourceKind kind)
    {
        foreach (var name in (string[])[Managed, SelfManaged])
        {
            if (input.Has(name) && (kind != SourceKind.Kafka || name != ConfigName(config)))
            {
                throw MappingErrors.Unsupported(name);
            }

            if (input.Structure(name).Has("SchemaRegistryConfig"))
            {
                throw ServiceException.Invalid("SchemaRegistryConfig is not supported here: records come as they are in the topic.");
            }
        }

        if (input.Has("DocumentDBEventSourceConfig"))
        {
            throw MappingErrors.Unsupported("DocumentDBEventSourceConfig");
        }
    }

    private static void ExactlyOne(string name, IReadOnlyList<string>? given, bool needed)
    {
        if (!needed && given is not null)
        {
            throw MappingErrors.Unsupported(name);
        }

        if (needed && given is not [_])
        {
            throw ServiceException.Invalid($"{name} must have exactly one element for this event source.");
        }
    }
}
