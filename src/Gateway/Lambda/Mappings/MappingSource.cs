using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Gateway.Lambda.Mappings;

/// <summary>Which kind of source a mapping reads.</summary>
internal static class MappingSource
{
    /// <summary>The kind that a mapping's ARN (or, without one, its bootstrap servers) names.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It names none that can be read here.</exception>
    public static SourceKind KindOf(MappingConfig config)
    {
        if (config.EventSourceArn is not { } text)
        {
            return config.KafkaBootstrapServers is null ? throw MappingErrors.NoSource() : SourceKind.Kafka;
        }

        return Arn.TryParse(text, out var arn) ? KindOf(arn) : throw MappingErrors.UnknownSource(text);
    }

    /// <summary>Whether the source is a first-in-first-out queue.</summary>
    public static bool IsFifo(MappingConfig config) => config.EventSourceArn?.EndsWith(".fifo", StringComparison.Ordinal) == true;

    private static SourceKind KindOf(Arn arn) => (arn.Service, arn.Resource) switch
    {
        ("kinesis", var name) when IsStream(name) => SourceKind.Stream,
        ("sqs", var name) when !name.Contains(':', StringComparison.Ordinal) => SourceKind.Queue,
        ("kafka", var name) when name.StartsWith("cluster/", StringComparison.Ordinal) => SourceKind.Kafka,
        ("mq", var name) when name.StartsWith("broker:", StringComparison.Ordinal) => SourceKind.RabbitMq,
        _ => throw MappingErrors.UnknownSource(arn.ToString()),
    };

    // stream/NAME; stream/NAME/consumer/… (enhanced fan-out) has no counterpart here.
    private static bool IsStream(string resource)
        => resource.StartsWith("stream/", StringComparison.Ordinal) && resource.IndexOf('/', 7) < 0;
}
