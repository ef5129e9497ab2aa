using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>How messages leave a queue: deleted, hidden, moved, too old.</summary>
public abstract partial class QueueStoreContract
{
    [Fact]
    public async Task DeleteAsync_Receipts_SayWhatTheyWereGoodFor()
    {
        await PutAsync("a", "b", "c");
        var old = await ReceiveAsync(3);
        await Queues.HideAsync(Queue, [new QueueHide(old[1].Receipt, 0), new QueueHide(old[2].Receipt, 0)], Cancellation);
        var again = Assert.Single(await ReceiveAsync(1));
        Assert.Equal(old[1].Id, again.Id);

        var states = await Queues.DeleteAsync(Queue, [old[0].Receipt, old[1].Receipt, old[2].Receipt, old[0].Receipt], Cancellation);

        Assert.Equal(
            [QueueReceiptState.InFlight, QueueReceiptState.Stale, QueueReceiptState.Visible, QueueReceiptState.Missing], states);
        Assert.Equal(new QueueCounts(0, 1, 0), await Queues.CountAsync(Queue, Cancellation));
    }

    [Fact]
    public async Task DeleteAsync_ReceiptOfAnotherQueue_IsMissing()
    {
        await PutAsync("a");
        var message = Assert.Single(await ReceiveAsync(1));

        Assert.Equal([QueueReceiptState.Missing], await Queues.DeleteAsync("q-2", [message.Receipt], Cancellation));
        Assert.Equal([QueueReceiptState.InFlight], await Queues.DeleteAsync(Queue, [message.Receipt], Cancellation));
    }

    [Fact]
    public async Task HideAsync_InFlight_CountsFromNow()
    {
        await PutAsync("a");
        var message = Assert.Single(await ReceiveAsync(1));
        Clock.NowMs += HideMs - 1;

        Assert.Equal([QueueReceiptState.InFlight], await Queues.HideAsync(Queue, [new QueueHide(message.Receipt, HideMs)], Cancellation));

        Clock.NowMs += HideMs - 1;
        Assert.Empty(await ReceiveAsync(1));
        Clock.NowMs += 1;
        Assert.Equal([QueueReceiptState.Visible], await Queues.HideAsync(Queue, [new QueueHide(message.Receipt, HideMs)], Cancellation));
        Assert.Single(await ReceiveAsync(1));
    }

    [Fact]
    public async Task HideAsync_Uncounted_IsAsIfItWasNeverReceived()
    {
        await PutAsync("a");
        var message = Assert.Single(await ReceiveAsync(1));
        Clock.NowMs += 1_000;

        await Queues.HideAsync(Queue, [new QueueHide(message.Receipt, 0, Uncount: true)], Cancellation);

        var again = Assert.Single(await ReceiveAsync(1));
        Assert.Equal((1, Clock.NowMs), (again.Receives, again.FirstReceiveMs));
        Assert.Equal([QueueReceiptState.Stale], await Queues.DeleteAsync(Queue, [message.Receipt], Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_ReceivedTooOften_GoesToTheDeadLetterQueue()
    {
        await PutAsync("poison");
        var dead = new QueueDeadLetter(Dead, 2, "arn:q-1");
        var how = new QueueReceive(10, HideMs, Fifo: false) { DeadLetter = dead };
        QueueMessage? last = null;
        for (var i = 1; i <= 2; i++)
        {
            last = Assert.Single(await Queues.ReceiveAsync(Queue, how, Cancellation));
            Assert.Equal(i, last.Receives);
            Clock.NowMs += HideMs;
        }

        await PutAsync("good");
        Assert.Equal(["good"], Bodies(await Queues.ReceiveAsync(Queue, how, Cancellation)));

        Assert.Equal(["arn:q-1"], await Queues.OriginsAsync(Dead, Cancellation));
        Assert.Equal(new QueueCounts(1, 0, 0), await Queues.CountAsync(Dead, Cancellation));
        var moved = Assert.Single(await Queues.ReceiveAsync(Dead, new QueueReceive(10, HideMs, Fifo: false), Cancellation));
        Assert.Equal((last!.Id, "arn:q-1", 3, last.SentMs), (moved.Id, moved.Origin, moved.Receives, moved.SentMs));
        Assert.Equal([QueueReceiptState.Missing], await Queues.DeleteAsync(Queue, [last.Receipt], Cancellation));
    }

    [Fact]
    public async Task ReceiveAsync_TooOld_RemovesThem()
    {
        await PutAsync("old");
        Clock.NowMs += 10_000;
        await PutAsync("new");

        var received = await Queues.ReceiveAsync(
            Queue, new QueueReceive(10, HideMs, Fifo: false) { SentAfterMs = Clock.NowMs - 5_000 }, Cancellation);

        Assert.Equal(["new"], Bodies(received));
        Assert.Equal(new QueueCounts(0, 1, 0), await Queues.CountAsync(Queue, Cancellation));
    }

    [Fact]
    public async Task MoveAsync_DeadLetters_AreNewMessagesOfTheirQueue()
    {
        await PutAsync("a", "b");
        var how = new QueueReceive(10, 0, Fifo: false) { DeadLetter = new QueueDeadLetter(Dead, 1, "arn:q-1") };
        var received = await Queues.ReceiveAsync(Queue, how, Cancellation);
        await Queues.ReceiveAsync(Queue, how, Cancellation);
        await Queues.PutAsync(Dead, [Put("sent there")], Cancellation);
        Clock.NowMs += 1_000;

        Assert.Equal(1, await Queues.MoveAsync(Dead, Queue, "arn:q-1", 1, Cancellation));
        Assert.Equal(1, await Queues.MoveAsync(Dead, Queue, "arn:q-1", 10, Cancellation));
        Assert.Equal(0, await Queues.MoveAsync(Dead, Queue, "arn:q-1", 10, Cancellation));

        var back = await ReceiveAsync(10);
        Assert.Equal(["a", "b"], Bodies(back));
        Assert.All(back, one => Assert.Equal((1, Clock.NowMs, (string?)null), (one.Receives, one.SentMs, one.Origin)));
        Assert.Empty(back.Select(one => one.Id).Intersect(received.Select(one => one.Id)));
        Assert.Equal([QueueReceiptState.Stale], await Queues.DeleteAsync(Queue, [received[0].Receipt], Cancellation));
        Assert.Equal(1, await Queues.MoveAsync(Dead, "q-3", null, 10, Cancellation));
        Assert.Equal(new QueueCounts(1, 0, 0), await Queues.CountAsync("q-3", Cancellation));
    }

    [Fact]
    public async Task TrimAsync_Time_RemovesOlderOnes()
    {
        await PutAsync([.. Enumerable.Range(0, 1_200).Select(i => $"{i}")]);
        Clock.NowMs += 1_000;
        await PutAsync("new");

        Assert.Equal(1_200, await Queues.TrimAsync(Queue, Clock.NowMs, Cancellation));

        Assert.Equal(["new"], Bodies(await ReceiveAsync(10)));
    }

    [Fact]
    public async Task DeleteQueueAsync_All_IsForgotten()
    {
        await Queues.PutAsync(Queue, [Put("a") with { Deduplication = "k" }], Cancellation);

        await Queues.DeleteQueueAsync(Queue, Cancellation);

        Assert.Equal(default, await Queues.CountAsync(Queue, Cancellation));
        Assert.False((await Queues.PutAsync(Queue, [Put("a") with { Deduplication = "k" }], Cancellation))[0].Duplicate);
    }
}
