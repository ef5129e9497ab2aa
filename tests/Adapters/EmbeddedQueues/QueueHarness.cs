using System.Text;
using Dispatcher.Adapters.EmbeddedQueues;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Contracts;
using Dispatcher.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Adapters.Tests.EmbeddedQueues;

/// <summary>The embedded queues over a memory store and a clock that the test sets.</summary>
internal sealed class QueueHarness
{
    public const string Arn = "arn:aws:sqs:us-east-1:000000000000:";

    public QueueHarness()
    {
        Store = new MemoryStore(Clock);
        var config = new DispatcherConfig();
        Mover = new QueueMover(Store, config, Clock);
        Queues = new QueueService(Store, new QueueMessages(Store, Clock), Mover, config, Clock);
        Factory = new QueueSourceFactory(Queues, Store, config, Clock, NullLoggerFactory.Instance);
    }

    public SetClock Clock { get; } = new();

    public IStore Store { get; }

    public QueueMover Mover { get; }

    public IQueues Queues { get; }

    public QueueSourceFactory Factory { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<QueueConfig> CreateAsync(string name, params (string Name, string Value)[] attributes)
    {
        var all = attributes.ToDictionary(one => one.Name, one => one.Value);
        if (name.EndsWith(".fifo", StringComparison.Ordinal))
        {
            all["FifoQueue"] = "true";
            all["ContentBasedDeduplication"] = "true";
        }

        return await Queues.CreateAsync(name, all, new Dictionary<string, string>(), Cancellation);
    }

    public async Task SendAsync(QueueConfig queue, params string[] bodies)
    {
        var sent = await Queues.SendAsync(
            queue, [.. bodies.Select(one => new QueueSend(one) { Group = queue.Fifo ? one[..1] : null })], Cancellation);
        Assert.All(sent, one => Assert.Null(one.Error));
    }

    public async Task<QueueCounts> CountAsync(QueueConfig queue) => await Store.Queues.CountAsync(queue.Id, Cancellation);

    public async Task<string[]> ReceiveAsync(QueueConfig queue)
        => [.. (await Queues.ReceiveAsync(queue, 10, TimeSpan.FromSeconds(30), TimeSpan.Zero, Cancellation))
            .Select(one => $"{Encoding.UTF8.GetString(one.Message.Body.Span)} {one.Message.Receives}")];

    public ISource Connect(QueueConfig queue) => Factory.Connect(Mapping(queue.Name));

    public static MappingConfig Mapping(string name) => new() { Uuid = "u", FunctionArn = "f", EventSourceArn = Arn + name };
}
