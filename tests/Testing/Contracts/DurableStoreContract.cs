using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every store does that outlives its process: closed and opened again it says the same.</summary>
public abstract class DurableStoreContract : IAsyncLifetime
{
    private const string Log = "s/0";

    private readonly SetClock _clock = new();
    private IStore _store = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _store = await MakeAsync(_clock);
        await _store.OpenAsync(Cancellation);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Reopen_Documents_KeepRevisions()
    {
        await _store.Documents.PutAsync("k", "a", "1"u8.ToArray(), 0, Cancellation);
        await _store.Documents.PutAsync("k", "a", "2"u8.ToArray(), 1, Cancellation);

        await ReopenAsync();

        var found = await _store.Documents.GetAsync("k", "a", Cancellation);
        Assert.Equal((2L, "2"), (found!.Revision, Encoding.UTF8.GetString(found.Body.Span)));
    }

    [Fact]
    public async Task Reopen_Blobs_AreThere()
    {
        var hash = await _store.Blobs.PutAsync("abc"u8.ToArray(), Cancellation);

        await ReopenAsync();

        Assert.Equal("abc"u8.ToArray(), await _store.Blobs.GetAsync(hash, Cancellation));
    }

    [Fact]
    public async Task Reopen_Checkpoints_KeepEpochAndFence()
    {
        var shard = new ShardKey(MappingId.New(), "s");
        var old = await _store.Checkpoints.TakeAsync(shard, "me", Cancellation);
        await _store.Checkpoints.SaveAsync(shard, old.Epoch, new Checkpoint(7) { Finished = [new(9, 9)] }, Cancellation);

        await ReopenAsync();

        var lease = await _store.Checkpoints.TakeAsync(shard, "me", Cancellation);
        Assert.Equal((2, 7L), (lease.Epoch, lease.Checkpoint!.Next));
        Assert.Equal([new PositionRange(9, 9)], lease.Checkpoint.Finished);
        Assert.Equal(
            CheckpointWrite.Fenced, await _store.Checkpoints.SaveAsync(shard, old.Epoch, new Checkpoint(8), Cancellation));
    }

    [Fact]
    public async Task Reopen_Logs_KeepRecordsBoundsAndSeal()
    {
        await _store.Logs.CreateAsync(Log, 10, Cancellation);
        await AppendAsync("a", "b");
        _clock.NowMs += 1_000;
        await AppendAsync("c");
        await _store.Logs.TrimAsync(Log, _clock.NowMs, Cancellation);
        await _store.Logs.SealAsync(Log, Cancellation);

        await ReopenAsync();

        Assert.Equal(new LogBounds(12, 13, true), await _store.Logs.BoundsAsync(Log, Cancellation));
        using var page = new RecordPage();
        await _store.Logs.ReadAsync(Log, 0, 10, int.MaxValue, page, Cancellation);
        Assert.Equal((1, 12L, true), (page.Count, page.Records[0].Position, page.EndOfShard));
    }

    [Fact]
    public async Task Reopen_EmptiedLog_GoesOnAtItsPositionAndTime()
    {
        await _store.Logs.CreateAsync(Log, 10, Cancellation);
        await AppendAsync("a", "b");
        var newest = _clock.NowMs;
        await _store.Logs.TrimAsync(Log, newest + 1, Cancellation);
        _clock.NowMs -= 60_000;

        await ReopenAsync();

        Assert.Equal(12, await AppendAsync("c"));
        using var page = new RecordPage();
        await _store.Logs.ReadAsync(Log, 0, 10, int.MaxValue, page, Cancellation);
        Assert.Equal(newest, page.Records[0].TimestampMs);
    }

    [Fact]
    public async Task Reopen_DeletedLog_StaysGone()
    {
        await _store.Logs.CreateAsync(Log, 0, Cancellation);
        await AppendAsync("a");
        await _store.Logs.DeleteAsync(Log, Cancellation);

        await ReopenAsync();

        Assert.Null(await _store.Logs.BoundsAsync(Log, Cancellation));
    }

    [Fact]
    public async Task Reopen_Queues_KeepMessagesReceiptsAndDeduplication()
    {
        var put = new QueuePut(Guid.NewGuid(), "a"u8.ToArray()) { Deduplication = "k" };
        await _store.Queues.PutAsync("q", [put, new QueuePut(Guid.NewGuid(), "b"u8.ToArray())], Cancellation);
        var taken = Assert.Single(await _store.Queues.ReceiveAsync("q", new QueueReceive(1, 30_000, Fifo: false), Cancellation));

        await ReopenAsync();

        Assert.Equal(new QueueCounts(1, 1, 0), await _store.Queues.CountAsync("q", Cancellation));
        Assert.True((await _store.Queues.PutAsync("q", [put], Cancellation))[0].Duplicate);
        Assert.Equal([QueueReceiptState.InFlight], await _store.Queues.DeleteAsync("q", [taken.Receipt], Cancellation));
    }

    /// <summary>A store that is not open yet: always the same place.</summary>
    protected abstract ValueTask<IStore> MakeAsync(TimeProvider time);

    private async Task<long?> AppendAsync(params string[] data)
        => await _store.Logs.AppendAsync(
            Log, [.. data.Select(one => new LogAppend("k"u8.ToArray(), Encoding.UTF8.GetBytes(one)))], Cancellation);

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        await InitializeAsync();
    }
}
