using System.Buffers.Binary;
using System.Collections.Concurrent;
using Dispatcher.Adapters.Postgres;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing;
using Dispatcher.Testing.Postgres;

namespace Dispatcher.Adapters.Tests.Postgres;

/// <summary>A server of their own, which goes away under load.</summary>
public sealed class PostgresTroubleTests : IAsyncLifetime
{
    private const string Log = "s/0";

    private readonly ConcurrentDictionary<long, (int Caller, int Number)> _acknowledged = new();
    private readonly ShardKey _shard = new(MappingId.New(), "s");
    private PostgresServer? _server;
    private PostgresStore _store = null!;
    private long _saved;
    private int _failures;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        PostgresServer.SkipIfMissing();
        _server = await PostgresServer.StartAsync();
        _store = await Postgres.OpenAsync(await _server.CreateDatabaseAsync());
        await _store.Logs.CreateAsync(Log, 0, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _store.DisposeAsync();
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Kill_DuringAppendsAndSaves_KeepsEverythingAcknowledgedAndRecovers()
    {
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(stop.Token);
        for (var round = 1; round <= 3; round++)
        {
            await MoreAsync(100);
            await _server!.KillAsync();
            await _server.StartAgainAsync();
        }

        await MoreAsync(100);
        await stop.CancelAsync();
        await load;

        Assert.True(_failures > 0, "nobody noticed that the server was killed");
        await CheckAllAsync();
    }

    [Fact]
    public async Task Restart_UnderLoad_RecoversAndWakesWhoWaits()
    {
        using var stop = new CancellationTokenSource();
        var reader = ReadAsync(stop.Token);
        var load = LoadAsync(stop.Token);
        await MoreAsync(100);

        await _server!.StopAsync();
        var refused = await Assert.ThrowsAsync<StoreException>(async () => await _store.CheckAsync(Cancellation));
        Assert.Contains("PostgreSQL database", refused.Message);
        await _server.StartAgainAsync();

        await Eventually.TrueAsync(IsWellAsync, "the store can be written again");
        await MoreAsync(100);
        var next = (await _store.Logs.BoundsAsync(Log, Cancellation))!.Next;
        await Eventually.TrueAsync(() => Volatile.Read(ref reader.Next) >= next, "the reader has read on");
        await stop.CancelAsync();
        await load;
        await reader.Done;
        await CheckAllAsync();
    }

    [Fact]
    public async Task WaitAsync_AppendedByAnotherWhileTheServerWasAway_Wakes()
    {
        await _store.Logs.AppendAsync(Log, [new LogAppend(default, default)], Cancellation);
        await _store.Logs.WaitAsync(Log, 0, Cancellation); // from here on the log is known
        var wait = _store.Logs.WaitAsync(Log, 1, Cancellation).AsTask();
        await _server!.StopAsync();
        await _server.StartAgainAsync();

        // Another process appends and dies before it can tell: the row is all there is to see.
        await _server.SqlAsync("test_1", "INSERT INTO dispatcher.records VALUES (1, 1, 1, '', ''); UPDATE dispatcher.logs SET next = 2");

        await wait.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    private async Task LoadAsync(CancellationToken stop)
        => await Task.WhenAll([SaveAsync(stop), .. Enumerable.Range(0, 4).Select(caller => AppendAsync(caller, stop))]);

    private async Task AppendAsync(int caller, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number += 3)
        {
            LogAppend[] records = [.. Enumerable.Range(number, 3).Select(i => new LogAppend(default, Payload(caller, i)))];
            try
            {
                var first = await _store.Logs.AppendAsync(Log, records, CancellationToken.None);
                for (var i = 0; i < 3; i++)
                {
                    Assert.True(_acknowledged.TryAdd(first!.Value + i, (caller, number + i)), "a position was given twice");
                }
            }
            catch (StoreException)
            {
                await NoteFailureAsync();
            }
        }
    }

    private async Task SaveAsync(CancellationToken stop)
    {
        for (var lease = default(ShardLease); !stop.IsCancellationRequested;)
        {
            try
            {
                lease ??= await _store.Checkpoints.TakeAsync(_shard, "me", CancellationToken.None);
                Assert.Equal(
                    CheckpointWrite.Saved,
                    await _store.Checkpoints.SaveAsync(_shard, lease.Epoch, new Checkpoint(_saved + 1), CancellationToken.None));
                _saved++;
            }
            catch (StoreException)
            {
                lease = null;
                await NoteFailureAsync();
            }
        }
    }

    private async Task NoteFailureAsync()
    {
        Interlocked.Increment(ref _failures);
        await Eventually.TrueAsync(IsWellAsync, "the store can be written again");
    }

    private ReadProgress ReadAsync(CancellationToken stop)
    {
        var progress = new ReadProgress();
        progress.Done = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await _store.Logs.WaitAsync(Log, progress.Next, stop);
                    using var page = new RecordPage();
                    await _store.Logs.ReadAsync(Log, progress.Next, 1_000, 1_000_000, page, stop);
                    Volatile.Write(ref progress.Next, page.NextPosition);
                }
                catch (StoreException)
                {
                    await NoteFailureAsync();
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return;
                }
            }
        }, CancellationToken.None);
        return progress;
    }

    private Task MoreAsync(int appends)
    {
        var goal = _acknowledged.Count + appends;
        return Eventually.TrueAsync(() => _acknowledged.Count >= goal, "appends go on");
    }

    private async Task<bool> IsWellAsync()
    {
        try
        {
            await _store.CheckAsync(CancellationToken.None);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private async Task CheckAllAsync()
    {
        var bounds = await _store.Logs.BoundsAsync(Log, Cancellation);
        var seen = 0L;
        while (seen < bounds!.Next)
        {
            using var page = new RecordPage();
            await _store.Logs.ReadAsync(Log, seen, 10_000, int.MaxValue, page, Cancellation);
            foreach (var record in page.Records)
            {
                Assert.Equal(seen++, record.Position); // no gap
                if (_acknowledged.TryRemove(record.Position, out var who))
                {
                    Assert.Equal(Payload(who.Caller, who.Number), record.Data.ToArray());
                }
            }
        }

        Assert.Empty(_acknowledged);
        var lease = await _store.Checkpoints.TakeAsync(_shard, "test", Cancellation);
        Assert.InRange(lease.Checkpoint!.Next, _saved, _saved + 1);
    }

    private static byte[] Payload(int caller, int number)
    {
        var bytes = new byte[100];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, caller);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), number);
        return bytes;
    }

    private sealed class ReadProgress
    {
        public long Next;
        public Task Done = Task.CompletedTask;
    }
}
