using System.Text;
using Confluent.Kafka;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing.Contracts;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class KafkaSourceContractTests(KafkaFixture kafka) : SourceContract, IClassFixture<KafkaFixture>
{
    protected override async ValueTask<SourceSubject> StartAsync(int shards)
        => new Subject(kafka, await kafka.NewTopicAsync(shards));

    private sealed class Subject(KafkaFixture kafka, string topic) : SourceSubject
    {
        public override ISource Source { get; } = kafka.Source(kafka.Mapping(topic));

        public override bool FindsByTime => !kafka.Cluster.IsMock;

        public override string ShardId(int shard) => $"{topic}-{shard}";

        public override async ValueTask PutAsync(int shard, string key, ReadOnlyMemory<byte> data)
            => await kafka.PutAsync(
                topic, shard, new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(key), Value = data.ToArray() });

        public override async ValueTask<DateTimeOffset> MarkTimeAsync()
        {
            // Kafka keeps milliseconds: the mark has to be later than the last record and not later than the next.
            var mark = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1);
            while (DateTimeOffset.UtcNow < mark)
            {
                await Task.Yield();
            }

            return mark;
        }

        public override ValueTask DisposeAsync() => Source.DisposeAsync();
    }
}
