using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Sources;
using Dispatcher.Pipeline.Payloads;
using Dispatcher.Pipeline.Retries;
using Dispatcher.Pipeline.Shards;

namespace Dispatcher.Grains.Shards;

/// <summary>Compiles a mapping's options into the plan of one shard.</summary>
internal sealed class ShardPlans(DispatcherConfig server)
{
    private const string VirtualHost = "VIRTUAL_HOST";

    private readonly ShardFilters _filters = new();

    public ShardPlan Compile(MappingConfig config, string shard, SourceTraits traits)
    {
        var shape = Shape(config, shard, traits.Kind);
        return new()
        {
            Shape = shape,
            BatchSize = config.BatchSize,
            WindowMs = config.BatchingWindowMs,
            TumblingMs = config.TumblingWindowSeconds * 1000L,
            Lanes = QueuePlans.Lanes(config, traits),
            ReturnsFailed = QueuePlans.ReturnsFailed(config, traits),
            Remembers = traits.BrokerKeepsPosition,
            MaximumPending = QueuePlans.MaximumPending(config, traits),
            Ordered = traits.Ordered,
            Filter = _filters.Compile(config, traits.Kind, shape),
            Retry = new RetryPlan
            {
                MaximumAttempts = config.MaximumRetryAttempts,
                MaximumAgeMs = config.MaximumRecordAgeSeconds < 0 ? -1 : config.MaximumRecordAgeSeconds * 1000L,
                Bisect = config.BisectBatchOnFunctionError,
            },
        };
    }

    private IPayloadShape Shape(MappingConfig config, string shard, SourceKind kind)
    {
        var context = new PayloadContext(server.Region, server.Account, shard, Servers(config));
        return kind switch
        {
            SourceKind.Stream => new StreamPayload(config.EventSourceArn!, context),
            SourceKind.Queue => new QueuePayload(config.EventSourceArn!, context),
            SourceKind.Kafka => new KafkaPayload(config.EventSourceArn, config.Topics![0], context),
            SourceKind.RabbitMq => new RabbitMqPayload(
                config.EventSourceArn!,
                config.Queues![0],
                config.SourceAccess.FirstOrDefault(a => a.Type == VirtualHost)?.Uri ?? "/"),
            _ => throw new InvalidOperationException($"no payload shape for {kind}"),
        };
    }

    /// <summary>The bootstrap servers of a Kafka mapping, comma separated; empty for other sources.</summary>
    public string Servers(MappingConfig config)
    {
        if (config.KafkaBootstrapServers is { } servers)
        {
            return string.Join(',', servers);
        }

        var name = config.EventSourceArn?.Split('/') is [_, var cluster, ..] ? cluster : "";
        return server.Sources.Kafka.TryGetValue(name, out var known) ? known.BootstrapServers : "";
    }
}
