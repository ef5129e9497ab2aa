using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Dispatcher.Testing.Kafka;

namespace Dispatcher.Silo.Tests.EndToEnd.Sources;

/// <summary>A topic of a Kafka cluster. Records of the keys <c>k0</c>, <c>k1</c>, … go to partitions 0, 1, …; all others to 0.</summary>
internal sealed class KafkaTestSource : TestSource
{
    private readonly KafkaCluster _kafka;
    private readonly IProducer<string, byte[]> _producer;
    private int _partitions = 1;

    public KafkaTestSource(SourceLab lab, KafkaCluster kafka)
        : base(lab, "topic")
    {
        _kafka = kafka;
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = kafka.Servers, LingerMs = 1, EnableIdempotence = true, // order is kept through everything
        }).SetLogHandler((_, _) => { }).Build();
    }

    public override bool Ordered => true;

    public override string BatchInfo => "KafkaBatchInfo";

    protected override string[] Options => ["--event-source-arn", KafkaSettings.Arn, "--topics", Name, "--starting-position", "TRIM_HORIZON"];

    public override Task PutAsync(params TestRecord[] records)
        => Task.WhenAll(records.Select(r => _producer.ProduceAsync(new TopicPartition(Name, Partition(r.Key)), new Message<string, byte[]>
        {
            Key = r.Key, Value = Encoding.UTF8.GetBytes(r.Body), Timestamp = r.Time is { } time ? new Timestamp(time) : Timestamp.Default,
        })));

    public override string Identifier(JsonElement payload, int number)
    {
        var record = Records(payload).First(r => EventReader.Text(r) == $"{number}");
        return $$"""{"partition":"{{Name}}-{{record.GetProperty("partition")}}","offset":{{record.GetProperty("offset")}}}""";
    }

    protected override Task MakeAsync(int shards) => _kafka.CreateTopicAsync(Name, _partitions = shards);

    protected override ValueTask CloseAsync()
    {
        _producer.Dispose();
        return ValueTask.CompletedTask;
    }

    private int Partition(string key) => key.Length > 1 && int.TryParse(key[1..], out var number) ? number % _partitions : 0;
}
