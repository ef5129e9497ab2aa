using System.Collections.Concurrent;
using System.Text;
using Dispatcher.Adapters.Postgres;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Postgres;

namespace Dispatcher.Adapters.Tests.Postgres;

/// <summary>Several stores on one database, as several processes have them.</summary>
public sealed class PostgresSilosTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly List<PostgresStore> _silos = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connection = await postgres.DatabaseAsync();
        for (var i = 0; i < 3; i++)
        {
            _silos.Add(await Postgres.OpenAsync(connection));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task AppendAsync_ManySilosToTheSameLogs_ReaderSkipsNoRecord()
    {
        string[] logs = ["s/0", "s/1", "s/2"];
        const int callers = 8, appends = 25, records = 4;
        var total = _silos.Count * callers * appends * records;
        foreach (var log in logs)
        {
            await _silos[0].Logs.CreateAsync(log, 0, Cancellation);
        }

        var readers = logs.Select(log => Task.Run(() => ReadAllAsync(_silos[1], log, total))).ToArray();
        var acknowledged = new ConcurrentDictionary<(string Log, long Position), string>();
        await Task.WhenAll(_silos.SelectMany((silo, s) => Enumerable.Range(0, callers).Select(c => Task.Run(async () =>
        {
            for (var i = 0; i < appends; i++)
            {
                // Each in an order of its own: they must not wait for each other in a circle.
                await Task.WhenAll(logs.Skip(c % 3).Concat(logs.Take(c % 3)).Select(async log =>
                {
                    string[] data = [.. Enumerable.Range(0, records).Select(r => $"{s}-{c}-{i}-{r}")];
                    var first = await silo.Logs.AppendAsync(log, [.. data.Select(Append)], Cancellation);
                    for (var r = 0; r < records; r++)
                    {
                        acknowledged[(log, first!.Value + r)] = data[r];
                    }
                }));
            }
        }))));

        for (var l = 0; l < logs.Length; l++)
        {
            var read = await readers[l];
            Assert.Equal(total, read.Count);
            for (var i = 0; i < total; i++)
            {
                Assert.Equal((i, acknowledged[(logs[l], i)]), (read[i].Position, read[i].Data));
            }
        }
    }

    [Fact]
    public async Task WaitAsync_AppendOfAnotherSilo_WakesLongBeforeTheNextLook()
    {
        await _silos[0].Logs.CreateAsync("s/0", 0, Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 200; i++)
        {
            var wait = _silos[1].Logs.WaitAsync("s/0", i, patience.Token).AsTask();
            await _silos[0].Logs.AppendAsync("s/0", [Append("x")], Cancellation);
            await wait;
        }

        // A look every 5 s would take 1,000 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 60);
    }

    [Fact]
    public async Task WaitAsync_SealedAndDeletedByAnotherSilo_Completes()
    {
        await _silos[0].Logs.CreateAsync("s/0", 0, Cancellation);
        await _silos[0].Logs.CreateAsync("s/1", 0, Cancellation);
        var first = _silos[1].Logs.WaitAsync("s/0", 0, Cancellation).AsTask();
        var second = _silos[1].Logs.WaitAsync("s/1", 0, Cancellation).AsTask();

        await _silos[0].Logs.SealAsync("s/0", Cancellation);
        await _silos[2].Logs.DeleteAsync("s/1", Cancellation);

        await Task.WhenAll(first, second);
        await _silos[0].Logs.CreateAsync("s/1", 7, Cancellation);
        var again = _silos[1].Logs.WaitAsync("s/1", 7, Cancellation).AsTask();
        Assert.Equal(7, await _silos[2].Logs.AppendAsync("s/1", [Append("x")], Cancellation));
        await again;
    }

    [Fact]
    public async Task SaveAsync_TwoOwnersOfAShardAtOnce_OnlyTheNewestSaves()
    {
        var shard = new ShardKey(MappingId.New(), "s");
        var saved = new ConcurrentBag<(long Epoch, long Next)>();
        var fenced = 0;
        var owners = _silos.Select((silo, i) => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var lease = await silo.Checkpoints.TakeAsync(shard, $"silo {i}", Cancellation);
                var next = lease.Checkpoint?.Next ?? 0;
                for (var write = CheckpointWrite.Saved; write == CheckpointWrite.Saved && saved.Count < 100 * (round + 1);)
                {
                    write = await silo.Checkpoints.SaveAsync(shard, lease.Epoch, new Checkpoint(++next), Cancellation);
                    if (write == CheckpointWrite.Saved)
                    {
                        saved.Add((lease.Epoch, next));
                    }
                    else
                    {
                        Interlocked.Increment(ref fenced);
                    }
                }
            }
        })).ToArray();

        await Task.WhenAll(owners).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);

        // Epoch by epoch, each went on exactly where the one before it had been saved: nothing went back, nothing was lost.
        var inOrder = saved.OrderBy(one => one.Epoch).ThenBy(one => one.Next).Select(one => one.Next).ToArray();
        Assert.Equal(Enumerable.Range(1, inOrder.Length).Select(i => (long)i), inOrder);
        var last = await _silos[0].Checkpoints.TakeAsync(shard, "test", Cancellation);
        Assert.Equal(inOrder.Length, last.Checkpoint?.Next ?? 0);
        Assert.True(fenced > 0, "the owners never were there at once");
    }

    [Fact]
    public async Task SaveAsync_SameShardManyTimesInOneGroup_EachIsJudgedByItself()
    {
        var shard = new ShardKey(MappingId.New(), "s");
        await _silos[0].Checkpoints.TakeAsync(shard, "old", Cancellation);
        await _silos[0].Checkpoints.TakeAsync(shard, "new", Cancellation);
        await _silos[0].Checkpoints.SaveAsync(shard, 2, new Checkpoint(10), Cancellation);

        var before = _silos[0].SaveTransactions;
        var saves = Enumerable.Range(0, 300).Select(i => (i % 3) switch
        {
            0 => _silos[0].Checkpoints.SaveAsync(shard, 2, new Checkpoint(10 + i), Cancellation).AsTask(),
            1 => _silos[0].Checkpoints.SaveAsync(shard, 1, new Checkpoint(1_000), Cancellation).AsTask(),
            _ => _silos[0].Checkpoints.SaveAsync(shard, 2, new Checkpoint(9), Cancellation).AsTask(),
        }).ToArray();
        await Task.WhenAny(Task.WhenAll(saves));

        for (var i = 0; i < saves.Length; i += 3)
        {
            Assert.Equal(CheckpointWrite.Saved, await saves[i]);
            Assert.Equal(CheckpointWrite.Fenced, await saves[i + 1]);
            await Assert.ThrowsAsync<InvalidOperationException>(() => saves[i + 2]);
        }

        Assert.InRange(_silos[0].SaveTransactions - before, 1, 100);
    }

    [Fact]
    public async Task AppendAsync_OneOfAGroupIsRefusedByTheServer_OnlyItsCallerHearsOfIt()
    {
        await _silos[0].Logs.CreateAsync("s/0", 0, Cancellation);

        // PostgreSQL takes no zero character in a name.
        var appends = Enumerable.Range(0, 100)
            .Select(i => _silos[0].Logs.AppendAsync(i == 50 ? "s/\0" : "s/0", [Append($"{i}")], Cancellation).AsTask())
            .ToArray();
        await Task.WhenAny(Task.WhenAll(appends));

        await Assert.ThrowsAsync<StoreException>(() => appends[50]);
        Assert.Equal(
            Enumerable.Range(0, 99).Select(i => (long?)i),
            appends.Where((_, i) => i != 50).Select(one => one.Result).Order());
    }

    private static LogAppend Append(string data) => new("k"u8.ToArray(), Encoding.UTF8.GetBytes(data));

    /// <summary>Reads on from where it is, as a source does, until it has them all.</summary>
    private static async Task<List<(long Position, string Data)>> ReadAllAsync(IStore store, string log, int count)
    {
        var found = new List<(long Position, string Data)>();
        for (var next = 0L; found.Count < count;)
        {
            await store.Logs.WaitAsync(log, next, Cancellation);
            using var page = new RecordPage();
            await store.Logs.ReadAsync(log, next, 100, 1_000_000, page, Cancellation);
            foreach (var record in page.Records)
            {
                found.Add((record.Position, Encoding.UTF8.GetString(record.Data.Span)));
            }

            next = page.NextPosition;
        }

        return found;
    }
}
