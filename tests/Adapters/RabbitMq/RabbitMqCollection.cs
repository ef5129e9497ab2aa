using Dispatcher.Testing.RabbitMq;

namespace Dispatcher.Adapters.Tests.RabbitMq;

/// <summary>The tests that share one broker; one after the other, because some of them kill it.</summary>
[CollectionDefinition(Name)]
public sealed class RabbitMqCollection : ICollectionFixture<RabbitMqFixture>
{
    public const string Name = "RabbitMQ";
}
