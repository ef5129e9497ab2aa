using System.Text;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="IQueueStore"/> does with messages of one queue.</summary>
public abstract partial class QueueStoreContract : StoreContract
{
    private const string Queue = "q-1";
    private const string Dead = "q-dead";
    private const long HideMs = 30_000;

    private IQueueStore Queues => Store.Queues;

    [Fact]
    public async Task PutAsync_Messages_AreReceivedInOrderWithAllTheyHave()
    {
        var put = new QueuePut(Guid.NewGuid(), "body"u8.ToArray()) { Attributes = "attributes"u8.ToArray(), Group = "g" };
        var result = Assert.Single(await Queues.PutAsync(Queue, [put], Cancellation));
        await PutAsync("second");

        var received = await ReceiveAsync(10);

        Assert.Equal(["body", "second"], Bodies(received));
        Assert.Equal((put.Id, false, Clock.NowMs), (result.Id, result.Duplicate, result.SentMs));
        Assert.Equal((put.Id, "g", 1), (received[0].Id, received[0].Group, received[0].Receives));
        Assert.Equal((Clock.NowMs, Clock.NowMs), (received[0].SentMs, received[0].FirstReceiveMs));
        Assert.Equal("attributes", Encoding.UTF8.GetString(received[0].Attributes.Span));
        Assert.Equal(result.Sequence, received[0].Receipt.Sequence);
        Assert.Null(received[0].Origin);
    }

    [Fact]
    public async Task PutAsync_SeveralQueues_StoresAllInOrder()
    {
        await Queues.PutAsync([new QueueParcel("q-1", [Put("a"), Put("b")]), new QueueParcel("q-2", [Put("c")])], Cancellation);

        Assert.Equal(["a", "b"], Bodies(await ReceiveAsync(10)));
        Assert.Equal(["c"], Bodies(await Queues.ReceiveAsync("q-2", new QueueReceive(10, HideMs, Fifo: false), Cancellation)));
    }

    [Fact]
    public async Task PutAsync_SeveralQueuesAndOneRefused_StoresNothing()
    {
        var bad = new QueueParcel(null!, [Put("c")]);

        await Assert.ThrowsAnyAsync<Exception>(() => Queues.PutAsync([new QueueParcel(Queue, [Put("a")]), bad, new QueueParcel("q-2", [Put("c")])], Cancellation).AsTask());

        Assert.Empty(await Queues.ListAsync("q", Cancellation));
        await PutAsync("later");
        Assert.Equal(["later"], Bodies(await ReceiveAsync(10)));
    }

    [Fact]
    public async Task PutAsync_SeveralQueues_WakesThoseWhoWait()
    {
        var waits = new[] { "q-1", "q-2" }.Select(queue => Queues.WaitAsync(queue, fifo: false, Cancellation).AsTask()).ToArray();

        await Queues.PutAsync([new QueueParcel("q-1", [Put("a")]), new QueueParcel("q-2", [Put("b")])], Cancellation);

        await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task ListAsync_Prefix_BringsQueuesWithMessagesHiddenOnesToo()
    {
        foreach (var queue in (string[])["a:2", "a:1", "a:3", "a;", "b:1", "a"])
        {
            await Queues.PutAsync(queue, [Put("x"), Put("y")], Cancellation);
        }

        await Queues.ReceiveAsync("a:1", new QueueReceive(10, HideMs, Fifo: false), Cancellation);
        await Queues.TrimAsync("a:3", long.MaxValue, Cancellation);

        Assert.Equal(["a:1", "a:2"], await Queues.ListAsync("a:", Cancellation));
        Assert.Empty(await Queues.ListAsync("c", Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_Twice_BringsNothingUntilTheTimeIsOver()
    {
        await PutAsync("a");
        var first = Assert.Single(await ReceiveAsync(10));
        Assert.Empty(await ReceiveAsync(10));

        Clock.NowMs += HideMs;
        var second = Assert.Single(await ReceiveAsync(10));

        Assert.Equal((2, first.FirstReceiveMs), (second.Receives, second.FirstReceiveMs));
        Assert.NotEqual(first.Receipt, second.Receipt);
    }

    [Fact]
    public async Task ReceiveAsync_Maximum_IsKept()
    {
        await PutAsync("a", "b", "c");

        Assert.Equal(["a", "b"], Bodies(await ReceiveAsync(2)));
        Assert.Equal(["c"], Bodies(await ReceiveAsync(2)));
    }

    [Fact]
    public async Task ReceiveAsync_OtherQueue_IsEmpty()
    {
        await PutAsync("a");

        Assert.Empty(await Queues.ReceiveAsync("q-2", new QueueReceive(10, HideMs, Fifo: false), Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_NotHidden_BringsEachMessageOnce()
    {
        await PutAsync("a", "b");
        Clock.NowMs += 1;

        Assert.Equal(["a", "b"], Bodies(await Queues.ReceiveAsync(Queue, new QueueReceive(10, 0, Fifo: false), Cancellation)));
        Assert.Equal(2, (await ReceiveAsync(10)).Count);
    }

    [Fact]
    public async Task ReceiveAsync_ManyAtOnce_GiveEachMessageToOne()
    {
        await PutAsync([.. Enumerable.Range(0, 200).Select(i => $"{i}")]);

        var received = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => ReceiveAsync(10))));

        var ids = received.SelectMany(one => one).Select(one => one.Id).ToArray();
        Assert.Equal(200, ids.Length);
        Assert.Equal(200, ids.Distinct().Count());
    }

    [Fact]
    public async Task PutAsync_Delayed_IsVisibleLater()
    {
        await Queues.PutAsync(Queue, [Put("a") with { DelayMs = 5_000 }], Cancellation);
        Assert.Empty(await ReceiveAsync(10));
        Assert.Equal(new QueueCounts(0, 0, 1), await Queues.CountAsync(Queue, Cancellation));

        Clock.NowMs += 5_000;

        Assert.Single(await ReceiveAsync(10));
        Assert.Equal(new QueueCounts(0, 1, 0), await Queues.CountAsync(Queue, Cancellation));
    }

    [Fact]
    public async Task PutAsync_SameDeduplicationKey_StoresOne()
    {
        var first = (await Queues.PutAsync(Queue, [Put("a") with { Deduplication = "k" }], Cancellation))[0];
        var second = (await Queues.PutAsync(Queue, [Put("b") with { Deduplication = "k" }], Cancellation))[0];
        var other = (await Queues.PutAsync("q-2", [Put("c") with { Deduplication = "k" }], Cancellation))[0];

        Assert.Equal((first.Id, first.Sequence, true), (second.Id, second.Sequence, second.Duplicate));
        Assert.False(other.Duplicate);
        var message = Assert.Single(await ReceiveAsync(10));
        await Queues.DeleteAsync(Queue, [message.Receipt], Cancellation);
        Clock.NowMs += Limits.QueueDeduplicationMs;
        Assert.False((await Queues.PutAsync(Queue, [Put("d") with { Deduplication = "k" }], Cancellation))[0].Duplicate);
    }

    private static QueuePut Put(string body) => new(Guid.NewGuid(), Encoding.UTF8.GetBytes(body));

    private static string[] Bodies(IEnumerable<QueueMessage> messages)
        => [.. messages.Select(one => Encoding.UTF8.GetString(one.Body.Span))];

    private async Task PutAsync(params string[] bodies)
        => await Queues.PutAsync(Queue, [.. bodies.Select(Put)], Cancellation);

    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(int maximum)
        => await Queues.ReceiveAsync(Queue, new QueueReceive(maximum, HideMs, Fifo: false), Cancellation);
}
