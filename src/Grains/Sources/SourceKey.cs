using Dispatcher.Contracts.Mappings;

namespace Dispatcher.Grains.Sources;

/// <summary>Everything of a mapping that its connection depends on: where two keys differ, the source is opened anew.</summary>
/// <param name="Uuid">The mapping.</param>
/// <param name="Settings">The settings, as one text.</param>
internal sealed record SourceKey(string Uuid, string Settings)
{
    public static SourceKey Of(MappingConfig config) => new(config.Uuid, string.Join('\n',
        [
            config.EventSourceArn,
            string.Join(',', config.KafkaBootstrapServers ?? []),
            string.Join(',', config.Topics ?? []),
            string.Join(',', config.Queues ?? []),
            config.ConsumerGroupId,
            Prefetch(config),
            .. config.SourceAccess.Select(a => $"{a.Type}={a.Uri}"),
        ]));

    /// <summary>RabbitMQ's prefetch and number of consumers belong to the connection; elsewhere these are the shard's business.</summary>
    private static string Prefetch(MappingConfig config)
        => config.Queues is null ? "" : $"{config.BatchSize}x{config.ParallelizationFactor}x{config.ProvisionedPollers?.Minimum}";
}
