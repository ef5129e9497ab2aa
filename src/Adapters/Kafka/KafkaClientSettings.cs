using System.Globalization;
using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Kafka;

/// <summary>The librdkafka settings of a mapping's consumer.</summary>
internal static class KafkaClientSettings
{
    /// <summary>
    /// Settings for a target. TLS is used where the cluster's configuration says so or a certificate is given, and for
    /// passwords sent to a cluster that is not in the configuration. The configuration's own settings win over all.
    /// </summary>
    /// <param name="target">Brokers and group.</param>
    /// <param name="credentials">Credentials.</param>
    /// <param name="oneOfMany">Whether it is one client of many of its mapping, and reads less ahead.</param>
    public static Dictionary<string, string> For(KafkaTarget target, KafkaCredentials credentials, bool oneOfMany = false)
    {
        var settings = new Dictionary<string, string>
        {
            ["bootstrap.servers"] = target.Servers,
            ["group.id"] = target.Group,
            ["client.id"] = "dispatcher",
            ["enable.auto.commit"] = "false",
            ["enable.auto.offset.store"] = "false",
            ["enable.partition.eof"] = "false",
            ["allow.auto.create.topics"] = "false",
            ["isolation.level"] = "read_committed",
            ["auto.offset.reset"] = "earliest",
            ["dotnet.consumer.consume.result.fields"] = "headers,timestamp",
            ["socket.keepalive.enable"] = "true",
            ["reconnect.backoff.max.ms"] = "2000",

            // The group has no members; this is how long a commit waits for a coordinator that is away.
            ["session.timeout.ms"] = Text(KafkaTimes.Request),
            ["max.partition.fetch.bytes"] = Text(Limits.KafkaPartitionFetchBytes),
            ["fetch.max.bytes"] = Text(Limits.KafkaFetchBytes),
            ["queued.max.messages.kbytes"] = Text((oneOfMany ? Limits.KafkaPollerPrefetchBytes : Limits.KafkaPrefetchBytes) / 1024),
            ["queued.min.messages"] = Text(Limits.KafkaPartitionBufferRecords),

            // A full prefetch queue is looked at again after this; librdkafka's own 1000 ms would let fast readers wait.
            ["fetch.queue.backoff.ms"] = "10",
        };
        return Complete(settings, target, credentials);
    }

    /// <summary>
    /// Settings of the producer for on-failure records: written once and in order by every replica that is in step, or not at
    /// all. The broker's own maximum of a message counts, not the client's; the records are mostly text and get smaller.
    /// </summary>
    public static Dictionary<string, string> ForProducer(KafkaTarget target, KafkaCredentials credentials) => Complete(
        new Dictionary<string, string>
        {
            ["bootstrap.servers"] = target.Servers,
            ["client.id"] = "dispatcher",
            ["acks"] = "all",
            ["enable.idempotence"] = "true",
            ["message.timeout.ms"] = Text(KafkaTimes.Delivery),
            ["message.max.bytes"] = Text(Limits.KafkaDeliveryBytes),
            ["compression.type"] = "gzip",
            ["linger.ms"] = "5",
            ["partitioner"] = "murmur2_random",
            ["socket.keepalive.enable"] = "true",
            ["reconnect.backoff.max.ms"] = "2000",
        },
        target,
        credentials);

    private static Dictionary<string, string> Complete(
        Dictionary<string, string> settings, KafkaTarget target, KafkaCredentials credentials)
    {
        Secure(settings, target, credentials);
        foreach (var (name, value) in target.Cluster?.Client ?? [])
        {
            settings[name] = value;
        }

        return settings;
    }

    private static void Secure(Dictionary<string, string> settings, KafkaTarget target, KafkaCredentials credentials)
    {
        var sasl = credentials.Mechanism is not null;
        var tls = target.Cluster?.Tls ?? sasl;
        tls |= credentials.Certificate is not null || credentials.RootCa is not null;
        settings["security.protocol"] = (sasl, tls) switch
        {
            (true, true) => "sasl_ssl",
            (true, false) => "sasl_plaintext",
            (false, true) => "ssl",
            (false, false) => "plaintext",
        };
        Put("sasl.mechanism", credentials.Mechanism);
        Put("sasl.username", credentials.Username);
        Put("sasl.password", credentials.Password);
        Put("ssl.certificate.pem", credentials.Certificate);
        Put("ssl.key.pem", credentials.PrivateKey);
        Put("ssl.key.password", credentials.PrivateKeyPassword);
        Put("ssl.ca.pem", credentials.RootCa);

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                settings[name] = value;
            }
        }
    }

    private static string Text(TimeSpan time) => Text((int)time.TotalMilliseconds);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
