using Dispatcher.Adapters.Kafka;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Adapters.Tests.Kafka;

public sealed class PartitionBufferTests
{
    [Fact]
    public async Task Take_LessThanThereIs_SplitsInOrder()
    {
        var buffer = Filled(10);

        using var first = await buffer.TakeAsync(4, CancellationToken.None);
        using var second = await buffer.TakeAsync(4, CancellationToken.None);
        using var third = await buffer.TakeAsync(4, CancellationToken.None);

        Assert.Equal((4, 4, 2), (first.Count, second.Count, third.Count));
        Assert.Equal((4, 8, 10), (first.NextPosition, second.NextPosition, third.NextPosition));
        Assert.Equal((40, 10), (first.Bytes, first.EndPosition));
    }

    [Fact]
    public async Task Take_GapsInOffsets_NextPositionFollowsTheLastRecord()
    {
        var buffer = new PartitionBuffer("t", 0, 0);
        buffer.Add(At(3));
        buffer.Add(At(40));

        using var page = await buffer.TakeAsync(10, CancellationToken.None);

        Assert.Equal(41, page.NextPosition);
        Assert.Equal(41, buffer.Next);
    }

    [Fact]
    public async Task IsFull_ByCountAndByBytes_UntilHalfIsTaken()
    {
        var byCount = Filled(Limits.KafkaPartitionBufferRecords);
        Assert.True(byCount.IsFull);
        (await byCount.TakeAsync((Limits.KafkaPartitionBufferRecords / 2) - 1, CancellationToken.None)).Dispose();
        Assert.False(byCount.IsFull);
        Assert.False(byCount.IsLow);
        (await byCount.TakeAsync(1, CancellationToken.None)).Dispose();
        Assert.True(byCount.IsLow);

        var byBytes = new PartitionBuffer("t", 0, 0);
        byBytes.Add(new Record(0, default, new byte[Limits.KafkaPartitionBufferBytes], 0));
        Assert.True(byBytes.IsFull);
        (await byBytes.TakeAsync(1, CancellationToken.None)).Dispose();
        Assert.True(byBytes.IsLow);
    }

    [Fact]
    public async Task Fail_WithRecordsThere_HandsThemOverFirstAndFailsOnce()
    {
        var buffer = Filled(1);
        buffer.Fail(new SourceException(SourceErrorKind.Unavailable, "down"));

        (await buffer.TakeAsync(10, CancellationToken.None)).Dispose();
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, CancellationToken.None).AsTask());
        Assert.False(buffer.TakeAsync(10, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Add_AfterAFailure_ForgetsIt()
    {
        var buffer = new PartitionBuffer("t", 0, 0);
        buffer.Fail(new SourceException(SourceErrorKind.Unavailable, "down"));
        buffer.Add(At(0));

        (await buffer.TakeAsync(10, CancellationToken.None)).Dispose();
        Assert.False(buffer.TakeAsync(10, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Add_BelowWhatIsDone_FailsEveryReadAfterTheGoodRecords()
    {
        var buffer = Filled(2);
        buffer.Add(At(1));
        buffer.Add(At(2));

        using var page = await buffer.TakeAsync(10, CancellationToken.None);

        Assert.Equal(2, page.Count);
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Close_WhileWaiting_EndsTheRead()
    {
        var buffer = new PartitionBuffer("t", 0, 0);
        var reading = buffer.TakeAsync(1, CancellationToken.None).AsTask();

        buffer.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    private static PartitionBuffer Filled(int count)
    {
        var buffer = new PartitionBuffer("t", 0, 0);
        for (var i = 0; i < count; i++)
        {
            buffer.Add(At(i));
        }

        buffer.EndsAt(count);
        buffer.Publish();
        return buffer;
    }

    private static Record At(long position) => new(position, new byte[4], new byte[6], 0);
}
