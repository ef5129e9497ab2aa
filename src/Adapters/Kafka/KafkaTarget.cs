using System.Text.RegularExpressions;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Names;

namespace Dispatcher.Adapters.Kafka;

/// <summary>What a mapping reads: one topic of one cluster, as one consumer group.</summary>
/// <param name="Mapping">The mapping's UUID.</param>
/// <param name="Servers">Bootstrap servers, comma separated.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The consumer group that offsets are committed to.</param>
/// <param name="Cluster">
/// The cluster's entry in the configuration: the one an ARN names, or the one that shares a bootstrap server with a
/// self-managed source. Null where there is none.
/// </param>
/// <param name="Access">Where the credentials are.</param>
internal sealed partial record KafkaTarget(
    string Mapping,
    string Servers,
    string Topic,
    string Group,
    KafkaClusterConfig? Cluster,
    IReadOnlyList<SourceAccess> Access)
{
    private const string DefaultCluster = "default";

    /// <summary>Reads a mapping.</summary>
    /// <exception cref="ServiceException">InvalidParameterValue: what is wrong with it.</exception>
    public static KafkaTarget Of(MappingConfig config, DispatcherConfig server)
    {
        var topic = config.Topics is [var one]
            ? one
            : throw ServiceException.Invalid("Exactly one topic must be given for a Kafka event source.");
        if (!IsTopic(topic))
        {
            throw ServiceException.Invalid($"'{topic}' is not a valid Kafka topic name.");
        }

        var (servers, cluster) = config.KafkaBootstrapServers is { Count: > 0 } given
            ? (Checked(given, "KAFKA_BOOTSTRAP_SERVERS"), Configured(server, given))
            : Named(config, server);
        return new KafkaTarget(
            config.Uuid, string.Join(',', servers), topic, config.ConsumerGroupId ?? config.Uuid, cluster, config.SourceAccess);
    }

    /// <summary>
    /// A topic that records of asynchronous invocations go to, in a cluster of the configuration and with the cluster's own
    /// credentials.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="cluster">The cluster's name; null for the only one, or for the one that is named <c>default</c>.</param>
    /// <param name="server">The configuration.</param>
    /// <exception cref="ServiceException">InvalidParameterValue: there is no such cluster, or nobody can tell which one is meant.</exception>
    public static KafkaTarget ForDestination(string topic, string? cluster, DispatcherConfig server)
    {
        var all = server.Sources.Kafka;
        var name = cluster ?? (all.Count == 1 ? all.Keys.First() : DefaultCluster);
        if (!all.TryGetValue(name, out var found))
        {
            throw ServiceException.Invalid(cluster is null
                ? $"kafka:// needs exactly one cluster in the configuration, or one named '{DefaultCluster}' (Sources:Kafka:{DefaultCluster}); name another one by the ARN of the topic."
                : $"Cluster '{cluster}' is not in the configuration (Sources:Kafka:{cluster}).");
        }

        IReadOnlyList<SourceAccess> access = found.Secret.Length == 0
            ? []
            : [new SourceAccess(found.SecretType, $"arn:aws:secretsmanager:{server.Region}:{server.Account}:secret:{found.Secret}")];
        var servers = Checked(Split(found.BootstrapServers), $"Sources:Kafka:{name}:BootstrapServers");
        return new KafkaTarget("", string.Join(',', servers), topic, "", found, access);
    }

    /// <summary>Whether a topic can have that name.</summary>
    public static bool IsTopic(string name) => name.Length <= Limits.KafkaTopicLength && TopicName().IsMatch(name);

    private static (IReadOnlyList<string> Servers, KafkaClusterConfig Cluster) Named(MappingConfig config, DispatcherConfig server)
    {
        var name = Arn.TryParse(config.EventSourceArn, out var arn) && arn.Resource.Split('/') is ["cluster", var n, ..] ? n : null;
        if (name is not { Length: > 0 })
        {
            throw ServiceException.Invalid($"'{config.EventSourceArn}' is not the ARN of a Kafka cluster.");
        }

        return server.Sources.Kafka.TryGetValue(name, out var cluster)
            ? (Checked(Split(cluster.BootstrapServers), $"Sources:Kafka:{name}:BootstrapServers"), cluster)
            : throw ServiceException.Invalid($"Cluster '{name}' is not in the configuration (Sources:Kafka:{name}).");
    }

    private static KafkaClusterConfig? Configured(DispatcherConfig server, IReadOnlyList<string> servers)
    {
        foreach (var cluster in server.Sources.Kafka.Values)
        {
            if (Split(cluster.BootstrapServers).Intersect(servers, StringComparer.OrdinalIgnoreCase).Any())
            {
                return cluster;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> Checked(IReadOnlyList<string> servers, string where)
    {
        if (servers.Count == 0)
        {
            throw ServiceException.Invalid($"{where} names no broker.");
        }

        foreach (var server in servers)
        {
            if (!Server().IsMatch(server))
            {
                throw ServiceException.Invalid($"'{server}' in {where} is not of the form host:port.");
            }
        }

        return servers;
    }

    private static string[] Split(string servers)
        => servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^(?!\.{1,2}$)[a-zA-Z0-9._-]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TopicName();

    [GeneratedRegex(@"^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Server();
}
