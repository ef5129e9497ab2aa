using Confluent.Kafka;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>Reads what a server wrote to a topic with one partition.</summary>
internal static class TestTopic
{
    /// <summary>Waits for the first messages of a topic.</summary>
    public static List<Message<string?, string>> Read(KafkaCluster kafka, string topic, int count)
    {
        var settings = new Dictionary<string, string>(KafkaCluster.ClientSettings) { ["bootstrap.servers"] = kafka.Servers, ["group.id"] = "test" };
        using var consumer = new ConsumerBuilder<string?, string>(settings).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var messages = new List<Message<string?, string>>();
        while (messages.Count < count)
        {
            messages.Add(Assert.IsType<ConsumeResult<string?, string>>(consumer.Consume(TimeSpan.FromSeconds(60))).Message);
        }

        return messages;
    }
}
