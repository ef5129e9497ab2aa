using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Queues;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Contracts;

namespace Dispatcher.Adapters.Tests.EmbeddedQueues;

public sealed class QueueSourceTests : SourceContract
{
    private readonly QueueHarness _harness = new();

    protected override async ValueTask<SourceSubject> StartAsync(int shards)
    {
        var queue = await _harness.CreateAsync("orders");
        return new Subject(_harness, queue, _harness.Connect(queue));
    }

    [Fact]
    public async Task CommitAsync_DoneMessages_DeletesThemAndNoOthers()
    {
        var queue = await _harness.CreateAsync("orders");
        await _harness.SendAsync(queue, "a", "b", "c", "d");
        await using var reader = await OpenAsync(queue);
        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);

        await reader.CommitAsync(new Checkpoint(1) { Finished = [new PositionRange(2, 2)] }, QueueHarness.Cancellation);

        Assert.Equal(new QueueCounts(0, 2, 0), await _harness.CountAsync(queue));
        await reader.CommitAsync(new Checkpoint(4), QueueHarness.Cancellation);
        Assert.Equal(default, await _harness.CountAsync(queue));
    }

    [Fact]
    public async Task Return_FailedMessages_ComeAgainAfterTheVisibilityTimeout()
    {
        var queue = await _harness.CreateAsync("orders", ("VisibilityTimeout", "30"));
        await _harness.SendAsync(queue, "good", "bad");
        await using var reader = await OpenAsync(queue);
        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);

        reader.Return([new ReturnedRecord(1, Tried: true)]);
        await reader.CommitAsync(new Checkpoint(2), QueueHarness.Cancellation);

        Assert.Equal(new QueueCounts(0, 1, 0), await _harness.CountAsync(queue));
        _harness.Clock.NowMs += 29_999;
        Assert.Empty(await _harness.ReceiveAsync(queue));
        _harness.Clock.NowMs += 1;
        Assert.Equal(["bad 2"], await _harness.ReceiveAsync(queue));
    }

    [Fact]
    public async Task Return_QueueWithoutVisibilityTimeout_ComesAgainAtOnce()
    {
        var queue = await _harness.CreateAsync("orders", ("VisibilityTimeout", "0"));
        await _harness.SendAsync(queue, "bad");
        await using var reader = await OpenAsync(queue);
        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);
        Assert.Empty(await _harness.ReceiveAsync(queue));

        reader.Return([new ReturnedRecord(0, Tried: true)]);
        await reader.CommitAsync(new Checkpoint(1), QueueHarness.Cancellation);

        Assert.Equal(["bad 2"], await _harness.ReceiveAsync(queue));
    }

    [Fact]
    public async Task Return_WaitedBehindAFailedOne_IsNotCountedAndStillComesAfterIt()
    {
        var queue = await _harness.CreateAsync("orders.fifo");
        await _harness.SendAsync(queue, "a1", "a2");
        await using var reader = await OpenAsync(queue);
        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);

        reader.Return([new ReturnedRecord(0, Tried: true), new ReturnedRecord(1, Tried: false)]);
        await reader.CommitAsync(new Checkpoint(2), QueueHarness.Cancellation);

        Assert.Empty(await _harness.ReceiveAsync(queue));
        _harness.Clock.NowMs += 30_000;
        Assert.Equal(["a1 2", "a2 1"], await _harness.ReceiveAsync(queue));
    }

    [Fact]
    public async Task Dispose_MessagesThatNobodyDealtWith_AreVisibleAndNotCounted()
    {
        var queue = await _harness.CreateAsync("orders");
        await _harness.SendAsync(queue, "a", "b");
        var reader = await OpenAsync(queue);
        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);
        await reader.CommitAsync(new Checkpoint(1), QueueHarness.Cancellation);

        await reader.DisposeAsync();

        Assert.Equal(["b 1"], await _harness.ReceiveAsync(queue));
    }

    [Fact]
    public async Task Read_ReceivedTooOften_GoesToTheDeadLetterQueue()
    {
        var dead = await _harness.CreateAsync("dead");
        var queue = await _harness.CreateAsync(
            "orders", ("RedrivePolicy", $$"""{"deadLetterTargetArn":"{{QueueHarness.Arn}}dead","maxReceiveCount":1}"""));
        await _harness.SendAsync(queue, "bad");
        await using var reader = await OpenAsync(queue);
        using (var page = await reader.ReadAsync(10, QueueHarness.Cancellation))
        {
            reader.Return([new ReturnedRecord(0, Tried: true)]);
            await reader.CommitAsync(new Checkpoint(1), QueueHarness.Cancellation);
        }

        _harness.Clock.NowMs += 30_000;
        await _harness.SendAsync(queue, "good");
        using var next = await reader.ReadAsync(10, QueueHarness.Cancellation);

        Assert.Equal("good", SourceSubject.Text(next.Records[0]));
        Assert.Equal(1, (await _harness.CountAsync(dead)).Visible);
    }

    [Fact]
    public async Task Read_FifoQueue_HasGroupsAsKeysAndIsOrdered()
    {
        var queue = await _harness.CreateAsync("orders.fifo");
        await _harness.SendAsync(queue, "a1", "b1", "a2");
        var source = _harness.Connect(queue);
        await using var reader = await OpenAsync(queue);

        using var page = await reader.ReadAsync(10, QueueHarness.Cancellation);

        Assert.Equal(new SourceTraits(SourceKind.Queue, Ordered: true, BrokerKeepsPosition: true) { TakesBack = true }, await source.TraitsAsync(QueueHarness.Cancellation));
        var detail = Assert.IsType<QueueDetail>(page.Records[0].Detail);
        Assert.Equal(("a", "a"), (System.Text.Encoding.UTF8.GetString(page.Records[0].Key.Span), detail.Received.Message.Group));
        Assert.True(QueueHandle.TryRead(queue.Id, detail.Handle, out var receipt));
        Assert.Equal(detail.Received.Message.Receipt, receipt);
    }

    [Fact]
    public async Task Read_QueueDeleted_SaysSo()
    {
        var queue = await _harness.CreateAsync("orders");
        await using var reader = await OpenAsync(queue);
        await _harness.Queues.DeleteAsync("orders", QueueHarness.Cancellation);

        var error = await Assert.ThrowsAsync<SourceException>(async () => await reader.ReadAsync(1, QueueHarness.Cancellation));

        Assert.Equal(SourceErrorKind.Configuration, error.Kind);
    }

    [Fact]
    public async Task Read_QueueIsBackAndEmpty_SaysThatItCanBeRead()
    {
        await using var reader = await OpenAsync(await _harness.CreateAsync("orders"));
        await _harness.Queues.DeleteAsync("orders", QueueHarness.Cancellation);
        await Assert.ThrowsAsync<SourceException>(async () => await reader.ReadAsync(1, QueueHarness.Cancellation));
        var queue = await _harness.CreateAsync("orders");

        using var empty = await reader.ReadAsync(1, QueueHarness.Cancellation);

        Assert.Equal((0, 0), (empty.Count, empty.NextPosition));
        await _harness.SendAsync(queue, "a");
        using var page = await reader.ReadAsync(1, QueueHarness.Cancellation);
        Assert.Equal(0, page.Records[0].Position);
    }

    [Fact]
    public async Task Validate_TimeoutOfTheFunctionAboveTheVisibilityTimeout_IsRefused()
    {
        await _harness.CreateAsync("orders", ("VisibilityTimeout", "30"));
        var function = new FunctionConfig { Name = "f", Timeout = 60 };
        await new Catalog(_harness.Store).Functions.CreateAsync("f", function, QueueHarness.Cancellation);

        var error = await Assert.ThrowsAsync<ServiceException>(
            async () => await _harness.Factory.ValidateAsync(QueueHarness.Mapping("orders"), QueueHarness.Cancellation));

        Assert.Equal("Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds", error.Message);
    }

    [Fact]
    public async Task Validate_NoSuchQueue_IsRefused()
        => Assert.Contains("NonExistentQueue", (await Assert.ThrowsAsync<ServiceException>(
            async () => await _harness.Factory.ValidateAsync(QueueHarness.Mapping("nothing"), QueueHarness.Cancellation))).Message);

    private async Task<IShardReader> OpenAsync(QueueConfig queue)
        => await _harness.Connect(queue).OpenAsync(queue.Name, 0, QueueHarness.Cancellation);

    private sealed class Subject(QueueHarness harness, QueueConfig queue, ISource source) : SourceSubject
    {
        public override ISource Source => source;

        public override bool KeepsKeys => false;

        public override bool KeepsPositions => false;

        public override bool HasTwoShards => false;

        public override bool FindsByTime => false;

        public override string ShardId(int shard) => queue.Name;

        /// <summary>Straight into the store: the contract puts bytes that are no text.</summary>
        public override async ValueTask PutAsync(int shard, string key, ReadOnlyMemory<byte> data)
            => await harness.Store.Queues.PutAsync(
                queue.Id, [new QueuePut(Guid.NewGuid(), data) { Attributes = """{"BodyMd5":""}"""u8.ToArray() }], QueueHarness.Cancellation);

        public override ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
