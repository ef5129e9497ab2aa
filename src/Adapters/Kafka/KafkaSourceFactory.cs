using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>Makes the sources of mappings with Kafka bootstrap servers or an MSK cluster's ARN.</summary>
internal sealed class KafkaSourceFactory(KafkaEnvironment environment) : ISourceFactory
{
    /// <inheritdoc/>
    public bool Handles(MappingConfig config)
        => config.KafkaBootstrapServers is { Count: > 0 }
            || (Arn.TryParse(config.EventSourceArn, out var arn) && arn.Service == "kafka");

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(MappingConfig config, CancellationToken cancellation)
    {
        var target = KafkaTarget.Of(config, environment.Config);
        await KafkaCredentials.ReadAsync(target.Access, environment.Secrets, cancellation);
    }

    /// <inheritdoc/>
    public ISource Connect(MappingConfig config) => new KafkaSource(config, environment);
}
