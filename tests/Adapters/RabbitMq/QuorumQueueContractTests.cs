using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.RabbitMq;

namespace Dispatcher.Adapters.Tests.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class QuorumQueueContractTests(RabbitMqFixture rabbit) : SourceContract
{
    protected override async ValueTask<SourceSubject> StartAsync(int shards)
        => new QueueSubject(await QueueBench.StartAsync(await rabbit.ServerAsync(), "quorum"), shards);
}
