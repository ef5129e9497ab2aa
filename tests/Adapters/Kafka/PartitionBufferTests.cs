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
        buffer.Begin(50);
        buffer.Add(At(3));
        buffer.Add(At(40));
        buffer.Publish();

        using var page = await buffer.TakeAsync(10, CancellationToken.None);

        Assert.Equal(41, page.NextPosition);
        Assert.Equal(41, buffer.Next);
    }

    [Fact]
    public async Task IsFull_ByCountAndByBytes_UntilHalfIsTaken()
    {
        var byCount = Filled(Limits.KafkaPartitionBufferRecords);
        Assert.True(byCount.IsFull);
        await SkipAsync(byCount, (Limits.KafkaPartitionBufferRecords / 2) - 1);
        Assert.False(byCount.IsFull);
        Assert.False(byCount.IsLow);
        (await byCount.TakeAsync(1, CancellationToken.None)).Dispose();
        Assert.True(byCount.IsLow);

        var byBytes = new PartitionBuffer("t", 0, 0);
        byBytes.Begin(1);
        byBytes.Add(new Record(0, default, new byte[Limits.KafkaPartitionBufferBytes], 0));
        Assert.True(byBytes.IsFull);
        byBytes.Publish();
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
        buffer.Begin(1);
        buffer.Add(At(0));
        buffer.Publish();

        (await buffer.TakeAsync(10, CancellationToken.None)).Dispose();
        Assert.False(buffer.TakeAsync(10, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Add_BelowWhatIsDone_FailsEveryReadAfterTheGoodRecords()
    {
        var buffer = Filled(2);
        buffer.Begin(3);
        buffer.Add(At(1));
        buffer.Add(At(2));
        buffer.Publish();

        using var page = await buffer.TakeAsync(10, CancellationToken.None);

        Assert.Equal(2, page.Count);
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<SourceException>(() => buffer.TakeAsync(10, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Add_MemoryUsedAgain_KeepsACopy()
    {
        var bytes = new byte[] { 1, 2 };
        var buffer = new PartitionBuffer("t", 0, 0);
        buffer.Begin(2);
        buffer.Add(new Record(0, bytes.AsMemory(0, 1), bytes, 0));
        bytes.AsSpan().Fill(9);
        buffer.Add(new Record(1, bytes.AsMemory(0, 1), bytes, 0));
        buffer.Publish();

        // The second page is a copy of the first one's rest, which goes back to the pool.
        using var first = await buffer.TakeAsync(1, CancellationToken.None);
        using var second = await buffer.TakeAsync(1, CancellationToken.None);

        Assert.Equal([1], first.Records[0].Key.ToArray());
        Assert.Equal([1, 2], first.Records[0].Data.ToArray());
        Assert.Equal([9, 9], second.Records[0].Data.ToArray());
    }

    [Fact]
    public async Task Take_NeverAllThereIs_HoldsNoMoreThanTheLimit()
    {
        var buffer = Filled(Limits.KafkaPartitionBufferRecords);
        var taken = 0;
        for (var filled = Limits.KafkaPartitionBufferRecords; filled < 20 * Limits.KafkaPartitionBufferRecords; filled += 700)
        {
            for (var left = 700; left > 0;)
            {
                using var page = await buffer.TakeAsync(left, CancellationToken.None);
                Assert.Equal(taken, page.Records[0].Position);
                taken += page.Count;
                left -= page.Count;
            }

            Fill(buffer, filled, 700);
            Assert.InRange(buffer.Pages, 1, (Limits.KafkaPartitionBufferRecords / 1_000) + 2);
        }
    }

    [Fact]
    public async Task Publish_OneRecordAtATime_GoesOnFillingThePage()
    {
        var buffer = new PartitionBuffer("t", 0, 0);
        for (var i = 0; i < 100; i++)
        {
            Fill(buffer, i, 1);
        }

        using var page = await buffer.TakeAsync(1_000, CancellationToken.None);
        Assert.Equal(100, page.Count);
    }

    [Fact]
    public async Task Close_WhileFilling_GivesUpWhatComes()
    {
        var buffer = Filled(1);
        buffer.Begin(2);
        buffer.Add(At(1));
        buffer.Close();
        buffer.Publish();

        Assert.Equal(0, buffer.Pages);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => buffer.TakeAsync(1, CancellationToken.None).AsTask());
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
        Fill(buffer, 0, count);
        return buffer;
    }

    private static void Fill(PartitionBuffer buffer, int from, int count)
    {
        buffer.Begin(from + count);
        for (var i = from; i < from + count; i++)
        {
            buffer.Add(At(i));
        }

        buffer.Publish();
    }

    private static async Task SkipAsync(PartitionBuffer buffer, int count)
    {
        while (count > 0)
        {
            using var page = await buffer.TakeAsync(count, CancellationToken.None);
            count -= page.Count;
        }
    }

    private static Record At(long position) => new(position, new byte[4], new byte[6], 0);
}
