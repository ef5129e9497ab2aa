using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Adapters.RabbitMq;

/// <summary>Mappings whose source is an ARN of Amazon MQ: queues of a RabbitMQ broker that the configuration names.</summary>
internal sealed class RabbitMqSourceFactory(
    DispatcherConfig config, ISecrets secrets, TimeProvider time, Random random, ILoggerFactory logs) : ISourceFactory
{
    /// <inheritdoc/>
    public bool Handles(MappingConfig config)
        => Arn.TryParse(config.EventSourceArn, out var arn) && arn.Service == "mq";

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(MappingConfig mapping, CancellationToken cancellation)
    {
        var plan = RabbitMqPlan.From(mapping, config);
        await RabbitMqCredentials.ReadAsync(secrets, plan.SecretArn, cancellation);
    }

    /// <inheritdoc/>
    public ISource Connect(MappingConfig mapping)
        => new RabbitMqSource(
            () => RabbitMqPlan.From(mapping, config),
            plan => new RabbitMqConnection(plan, secrets),
            new RabbitMqSurroundings(time, random, logs.CreateLogger<RabbitMqSource>()));
}
