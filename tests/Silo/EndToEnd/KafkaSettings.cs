using System.Text.Json.Nodes;
using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>A server's configuration that knows a Kafka cluster by the name <c>test</c>.</summary>
internal static class KafkaSettings
{
    /// <summary>The cluster's ARN.</summary>
    public const string Arn = "arn:aws:kafka:us-east-1:000000000000:cluster/test/00000000-0000-0000-0000-000000000000-1";

    /// <summary>Why there is no native Kafka client; null where there is one.</summary>
    public static string? Missing
    {
        get
        {
            try
            {
                Librdkafka.Require();
                return null;
            }
            catch (SourceException missing)
            {
                return missing.Message;
            }
        }
    }

    /// <summary>Skips the running test, with the reason, where there is no native Kafka client.</summary>
    public static void SkipIfMissing()
    {
        if (Missing is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    /// <summary>The configuration file.</summary>
    public static string Config(KafkaCluster kafka)
        => new JsonObject { ["Sources"] = new JsonObject { ["Kafka"] = Section(kafka) } }.ToJsonString();

    /// <summary>The configuration's section <c>Sources:Kafka</c>.</summary>
    public static JsonObject Section(KafkaCluster kafka)
    {
        var client = new JsonObject();
        foreach (var (name, value) in KafkaCluster.ClientSettings)
        {
            client[name] = value;
        }

        return new JsonObject { ["test"] = new JsonObject { ["BootstrapServers"] = kafka.Servers, ["Client"] = client } };
    }
}
