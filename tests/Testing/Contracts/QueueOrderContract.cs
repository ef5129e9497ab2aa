using System.Text;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every <see cref="IQueueStore"/> does with groups of FIFO queues, and how it lets receivers wait.</summary>
public abstract class QueueOrderContract : StoreContract
{
    private const string Queue = "q-1";
    private const long HideMs = 30_000;

    private IQueueStore Queues => Store.Queues;

    [Fact]
    public async Task ReceiveAsync_GroupInFlight_HoldsTheRestOfItOnly()
    {
        await PutAsync("a1", "a2", "b1");

        Assert.Equal(["a1"], await ReceiveAsync(1));
        Assert.Equal(["b1"], await ReceiveAsync(10));
        Assert.Empty(await ReceiveAsync(10));
    }

    [Fact]
    public async Task ReceiveAsync_OneCall_MayBringMoreOfAGroupInOrder()
    {
        await PutAsync("a1", "b1", "a2", "b2");

        Assert.Equal(["a1", "b1", "a2"], await ReceiveAsync(3));
        Assert.Empty(await ReceiveAsync(3));
    }

    [Fact]
    public async Task DeleteAsync_OfTheOneInFlight_FreesTheGroup()
    {
        await PutAsync("a1", "a2");
        var first = Assert.Single(await TakeAsync(1));

        await Queues.DeleteAsync(Queue, [first.Receipt], Cancellation);

        Assert.Equal(["a2"], await ReceiveAsync(10));
    }

    [Fact]
    public async Task ReceiveAsync_TimeOver_BeginsAtTheSameMessageAgain()
    {
        await PutAsync("a1", "a2", "a3");
        await TakeAsync(2);
        Clock.NowMs += HideMs;

        Assert.Equal(["a1", "a2", "a3"], await ReceiveAsync(10));
    }

    [Fact]
    public async Task HideAsync_FirstOfTwoVisibleAgain_StillWaitsForTheOther()
    {
        await PutAsync("a1", "a2");
        var taken = await TakeAsync(2);

        await Queues.HideAsync(Queue, [new QueueHide(taken[0].Receipt, 0)], Cancellation);
        Assert.Empty(await ReceiveAsync(10));
        await Queues.HideAsync(Queue, [new QueueHide(taken[1].Receipt, 0)], Cancellation);

        Assert.Equal(["a1", "a2"], await ReceiveAsync(10));
    }

    [Fact]
    public async Task ReceiveAsync_DelayedMessage_HoldsLaterOnesNotEarlierOnes()
    {
        await PutAsync("a1");
        await Queues.PutAsync(Queue, [Put("a2") with { DelayMs = 5_000 }], Cancellation);
        await PutAsync("a3");

        var first = Assert.Single(await TakeAsync(10));
        await Queues.DeleteAsync(Queue, [first.Receipt], Cancellation);
        Assert.Empty(await ReceiveAsync(10));
        Clock.NowMs += 5_000;

        Assert.Equal(["a2", "a3"], await ReceiveAsync(10));
    }

    [Fact]
    public async Task ReceiveAsync_PoisonMessage_FreesItsGroupWhenItIsBuried()
    {
        await PutAsync("a1", "a2");
        var how = new QueueReceive(1, HideMs, Fifo: true) { DeadLetter = new QueueDeadLetter("dead", 1, "arn") };
        await Queues.ReceiveAsync(Queue, how, Cancellation);
        Clock.NowMs += HideMs;

        Assert.Equal(["a2"], Bodies(await Queues.ReceiveAsync(Queue, how, Cancellation)));
        Assert.Equal(1, (await Queues.CountAsync("dead", Cancellation)).Visible);
    }

    [Fact]
    public async Task WaitAsync_MessageThere_CompletesAtOnce()
    {
        await PutAsync("a1");

        await Queues.WaitAsync(Queue, fifo: true, Cancellation);
        await Queues.WaitAsync(Queue, fifo: false, Cancellation);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitAsync_Empty_CompletesWithAPut(bool fifo)
    {
        var wait = Queues.WaitAsync(Queue, fifo, Cancellation).AsTask();
        Assert.False(wait.IsCompleted);

        await PutAsync("a1");

        await wait;
    }

    [Fact]
    public async Task WaitAsync_GroupInFlight_CompletesWithTheDelete()
    {
        await PutAsync("a1", "a2");
        var first = Assert.Single(await TakeAsync(1));
        var wait = Queues.WaitAsync(Queue, fifo: true, Cancellation).AsTask();
        Assert.False(wait.IsCompleted);

        await Queues.DeleteAsync(Queue, [first.Receipt], Cancellation);

        await wait;
    }

    [Fact]
    public async Task WaitAsync_Hidden_CompletesWhenItsTimeIsOver()
    {
        await Queues.PutAsync(Queue, [Put("a1") with { DelayMs = 50 }], Cancellation);
        var wait = Queues.WaitAsync(Queue, fifo: false, Cancellation).AsTask();

        Clock.NowMs += 50;

        await wait;
        Assert.Equal(["a1"], await ReceiveAsync(1));
    }

    [Fact]
    public async Task WaitAsync_DeadLetterQueue_IsWokenByTheBurial()
    {
        await PutAsync("a1");
        var how = new QueueReceive(1, 0, Fifo: true) { DeadLetter = new QueueDeadLetter("dead", 1, "arn") };
        await Queues.ReceiveAsync(Queue, how, Cancellation);
        var wait = Queues.WaitAsync("dead", fifo: true, Cancellation).AsTask();

        await Queues.ReceiveAsync(Queue, how, Cancellation);

        await wait;
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var wait = Queues.WaitAsync(Queue, fifo: false, stop.Token).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private static QueuePut Put(string body) => new(Guid.NewGuid(), Encoding.UTF8.GetBytes(body)) { Group = body[..1] };

    private static string[] Bodies(IEnumerable<QueueMessage> messages)
        => [.. messages.Select(one => Encoding.UTF8.GetString(one.Body.Span))];

    private async Task PutAsync(params string[] bodies)
        => await Queues.PutAsync(Queue, [.. bodies.Select(Put)], Cancellation);

    private async Task<IReadOnlyList<QueueMessage>> TakeAsync(int maximum)
        => await Queues.ReceiveAsync(Queue, new QueueReceive(maximum, HideMs, Fifo: true), Cancellation);

    private async Task<string[]> ReceiveAsync(int maximum) => Bodies(await TakeAsync(maximum));
}
