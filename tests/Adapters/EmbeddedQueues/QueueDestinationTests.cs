using System.Text;
using Dispatcher.Adapters.EmbeddedQueues;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Destinations;
using Dispatcher.Contracts.Queues;

namespace Dispatcher.Adapters.Tests.EmbeddedQueues;

public sealed class QueueDestinationTests
{
    /// <summary>A record of a source that forgets it carries up to 6 MB: refused, it would hold its lane for ever.</summary>
    [Fact]
    public async Task Deliver_LargerThanTheQueueAllowsCallers_IsTaken()
    {
        var harness = new QueueHarness();
        var queue = await harness.CreateAsync("dlq", ("MaximumMessageSize", "1024"));
        var destination = new QueueDestination(harness.Queues, new DispatcherConfig());
        var mapping = QueueHarness.Mapping("source") with { OnFailureDestination = QueueHarness.Arn + "dlq" };
        var text = new string('x', Limits.BatchPayloadBytes + 2_000);

        await destination.DeliverAsync(mapping, [new DestinationMessage(Encoding.UTF8.GetBytes(text))], QueueHarness.Cancellation);

        Assert.Equal([$"{text} 1"], await harness.ReceiveAsync(queue));
        Assert.NotNull((await harness.Queues.SendAsync(queue, [new QueueSend(text)], QueueHarness.Cancellation))[0].Error);
    }
}
