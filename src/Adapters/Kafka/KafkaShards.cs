using System.Globalization;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Kafka;

/// <summary>The names of a topic's shards: <c>topic-partition</c>.</summary>
internal static class KafkaShards
{
    /// <summary>The shard's name.</summary>
    public static string Name(string topic, int partition)
        => string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}");

    /// <summary>The partition that a shard's name means.</summary>
    /// <exception cref="SourceException">It is no shard of this topic.</exception>
    public static int Partition(string topic, string shard)
        => shard.Length > topic.Length + 1 && shard.StartsWith(topic, StringComparison.Ordinal) && shard[topic.Length] == '-'
            && int.TryParse(shard.AsSpan(topic.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            ? partition
            : throw new SourceException(SourceErrorKind.Configuration, $"'{shard}' is no partition of topic '{topic}'");
}
