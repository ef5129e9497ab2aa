using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Sqlite;

public sealed class SqliteWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_OfManyCallers_ShareTransactions()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        using var gate = new ManualResetEventSlim();
        var held = store.File.Writer.RunAsync(_ => Hold(gate), 0, Cancellation);
        var before = store.File.Writer.Transactions;

        var puts = Enumerable.Range(0, 500)
            .Select(i => store.Documents.PutAsync("k", $"{i}", "{}"u8.ToArray(), 0, Cancellation).AsTask())
            .ToArray();
        gate.Set();
        await Task.WhenAll([held, .. puts]);

        Assert.All(puts, put => Assert.Equal(1, put.Result));
        Assert.Equal(501, store.File.Writer.Writes);
        Assert.InRange(store.File.Writer.Transactions - before, 1, 2);
    }

    [Fact]
    public async Task Writes_OneOfAGroupFails_OnlyItsCallerHearsOfIt()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        var shard = new ShardKey(MappingId.New(), "s");
        await store.Checkpoints.TakeAsync(shard, "me", Cancellation);
        await store.Checkpoints.SaveAsync(shard, 1, new Checkpoint(10), Cancellation);
        using var gate = new ManualResetEventSlim();
        var held = store.File.Writer.RunAsync(_ => Hold(gate), 0, Cancellation);

        var first = store.Documents.PutAsync("k", "a", "{}"u8.ToArray(), 0, Cancellation).AsTask();
        var bad = store.Checkpoints.SaveAsync(shard, 1, new Checkpoint(9), Cancellation).AsTask();
        var halfDone = store.File.Writer.RunAsync<bool>(connection =>
        {
            connection.Run("DELETE FROM documents");
            throw new InvalidOperationException("half done");
        }, 0, Cancellation);
        var last = store.Documents.PutAsync("k", "b", "{}"u8.ToArray(), 0, Cancellation).AsTask();
        gate.Set();

        await held;
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        await Assert.ThrowsAsync<InvalidOperationException>(() => halfDone);
        Assert.Equal((1L, 1L), (await first, await last));
        Assert.Equal(2, (await store.Documents.ListAsync("k", "", null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Writes_OneMessageOfAGroupFails_IsUndoneAlone()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        await store.File.Writer.RunAsync(connection =>
        {
            connection.RunScript("CREATE TRIGGER refuse AFTER INSERT ON messages WHEN new.queue = 'bad' BEGIN SELECT RAISE(ABORT, 'refused'); END");
            return true;
        }, 0, Cancellation);
        using var gate = new ManualResetEventSlim();
        var held = store.File.Writer.RunAsync(_ => Hold(gate), 0, Cancellation);

        var first = PutAsync(store, "good");
        var bad = PutAsync(store, "bad");
        var last = PutAsync(store, "good");
        gate.Set();

        await held;
        Assert.Contains("refused", (await Assert.ThrowsAsync<StoreException>(() => bad)).Message);
        Assert.Equal((await first)[0].Sequence + 1, (await last)[0].Sequence);
        Assert.Equal(2, (await store.Queues.CountAsync("good", Cancellation)).Visible);
        Assert.Equal(0, (await store.Queues.CountAsync("bad", Cancellation)).Visible);
    }

    [Fact]
    public async Task Writes_CallerGaveUpWhileWaiting_AreNotTried()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var held = store.File.Writer.RunAsync(_ => Hold(gate), 0, Cancellation);
        var put = store.Documents.PutAsync("k", "a", "{}"u8.ToArray(), 0, stop.Token).AsTask();

        await stop.CancelAsync();
        gate.Set();

        await held;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
        Assert.Null(await store.Documents.GetAsync("k", "a", Cancellation));
    }

    [Fact]
    public async Task DisposeAsync_WritesWaiting_AreFinished()
    {
        var store = await Sqlite.OpenAsync(_folder.Path);
        var puts = Enumerable.Range(0, 100)
            .Select(i => store.Documents.PutAsync("k", $"{i}", "{}"u8.ToArray(), 0, Cancellation).AsTask())
            .ToArray();

        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(puts), revision => Assert.Equal(1, revision));
    }

    [Fact]
    public async Task Reads_WhileATransactionIsOpen_SeeWhatIsCommittedAndDoNotWait()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        await store.Documents.PutAsync("k", "a", "1"u8.ToArray(), 0, Cancellation);
        using var gate = new ManualResetEventSlim();
        var applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = store.File.Writer.RunAsync(connection =>
        {
            connection.Run("UPDATE documents SET revision = 99");
            applied.SetResult();
            return Hold(gate);
        }, 0, Cancellation);
        await applied.Task;

        var found = await store.Documents.GetAsync("k", "a", Cancellation);
        gate.Set();
        await held;

        Assert.Equal(1, found!.Revision);
        Assert.Equal(99, (await store.Documents.GetAsync("k", "a", Cancellation))!.Revision);
    }

    [Fact]
    public async Task AppendAsync_DiskFull_SaysSoAndGoesOnWithoutAGap()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        await store.Logs.CreateAsync("s/0", 0, Cancellation);
        await AppendAsync(store, 10, 100);
        var pages = await store.File.Writer.RunAsync(connection => connection.Number("PRAGMA page_count"), 0, Cancellation);
        await LimitAsync(store, pages + 5);

        var refused = await Assert.ThrowsAsync<StoreException>(() => AppendAsync(store, 100, 10_000));
        Assert.Contains("is full", refused.Message);
        Assert.Contains("dispatcher.db", refused.Message);
        await LimitAsync(store, 1_000_000);

        Assert.Equal(10, await AppendAsync(store, 5, 100));
        using var page = new RecordPage();
        await store.Logs.ReadAsync("s/0", 0, 1_000, int.MaxValue, page, Cancellation);
        Assert.Equal(15, page.Count);
        Assert.Equal(14, page.Records[^1].Position);
    }

    [Fact]
    public async Task Transaction_FailsAsAWhole_FailsAllCallersAndShowsNothing()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        await store.Logs.CreateAsync("s/0", 0, Cancellation);
        using var gate = new ManualResetEventSlim();
        var held = store.File.Writer.RunAsync(_ => Hold(gate), 0, Cancellation);
        var append = AppendAsync(store, 3, 10);
        var killer = store.File.Writer.RunAsync<bool>(connection =>
        {
            connection.Run("ROLLBACK"); // as SQLite does by itself after an I/O error
            throw new StoreException("disk is gone");
        }, 0, Cancellation);
        gate.Set();

        await Assert.ThrowsAsync<StoreException>(() => append);
        await Assert.ThrowsAsync<StoreException>(() => killer);
        await Task.WhenAny(held);
        Assert.Equal(new LogBounds(0, 0, false), await store.Logs.BoundsAsync("s/0", Cancellation));
        Assert.Equal(0, await AppendAsync(store, 3, 10));
    }

    [Fact]
    public async Task TrimAsync_ManyRecords_LeavesRoomForOtherWrites()
    {
        await using var store = await Sqlite.OpenAsync(_folder.Path);
        await store.Logs.CreateAsync("s/0", 0, Cancellation);
        for (var i = 0; i < 10; i++)
        {
            await AppendAsync(store, 1_000, 10);
        }

        var before = store.File.Writer.Transactions;
        Assert.Equal(10_000, await store.Logs.TrimAsync("s/0", long.MaxValue, Cancellation));

        Assert.InRange(store.File.Writer.Transactions - before, 5, 10);
    }

    [Fact]
    public async Task OpenAsync_DeletionWasInterrupted_GoesOnWithIt()
    {
        await using (var store = await Sqlite.OpenAsync(_folder.Path))
        {
            await store.Logs.CreateAsync("s/0", 0, Cancellation);
            await AppendAsync(store, 5_000, 10);
            using var stop = new CancellationTokenSource();
            var hidden = store.Logs.WaitAsync("s/0", 5_000, Cancellation).AsTask();
            var deletion = store.Logs.DeleteAsync("s/0", stop.Token).AsTask();
            await hidden;
            await stop.CancelAsync();
            await Task.WhenAny(deletion);
        }

        await using var again = await Sqlite.OpenAsync(_folder.Path);
        await again.Swept;

        Assert.Equal(0, await again.File.Writer.RunAsync(c => c.Number("SELECT count(*) FROM records"), 0, Cancellation));
        Assert.Equal(0, await again.File.Writer.RunAsync(c => c.Number("SELECT count(*) FROM logs"), 0, Cancellation));
    }

    private static bool Hold(ManualResetEventSlim gate)
    {
        gate.Wait(TimeSpan.FromSeconds(30));
        return true;
    }

    private static Task<IReadOnlyList<QueuePutResult>> PutAsync(IStore store, string queue)
        => store.Queues.PutAsync(queue, [new QueuePut(Guid.NewGuid(), "{}"u8.ToArray())], Cancellation).AsTask();

    private static Task<bool> LimitAsync(Dispatcher.Adapters.Sqlite.SqliteStore store, long pages)
        => store.File.Writer.RunAsync(connection => connection.Number($"PRAGMA max_page_count = {pages}") > 0, 0, Cancellation);

    private static async Task<long?> AppendAsync(IStore store, int records, int bytes)
        => await store.Logs.AppendAsync(
            "s/0", [.. Enumerable.Repeat(new LogAppend("k"u8.ToArray(), new byte[bytes]), records)], Cancellation);
}
