using System.Globalization;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Postgres;

namespace Dispatcher.Adapters.Tests.Postgres;

/// <summary>Numbers, not checks; run by name with <c>-explicit only</c>.</summary>
public sealed class PostgresSpeedTests(PostgresFixture postgres)
{
    private const int Logs = 8;
    private const int Callers = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [InlineData(1, 300)]
    [InlineData(10, 300)]
    [InlineData(500, 40)]
    public async Task Appends(int records, int rounds)
    {
        await using var store = await Postgres.OpenAsync(await postgres.DatabaseAsync());
        for (var log = 0; log < Logs; log++)
        {
            await store.Logs.CreateAsync($"s/{log}", 0, Cancellation);
        }

        LogAppend[] batch = [.. Enumerable.Repeat(new LogAppend("key"u8.ToArray(), new byte[256]), records)];
        await MeasureAsync($"records of 256 B appended, {records} a call, {Callers} callers, {Logs} logs", records * rounds * Callers, () =>
            Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < rounds; i++)
                {
                    await store.Logs.AppendAsync($"s/{caller % Logs}", batch, Cancellation);
                }
            }))));
        var total = records * rounds * Callers;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await MeasureAsync($"records of 256 B read, {Logs} readers, pages of 10,000", total, () =>
            Task.WhenAll(Enumerable.Range(0, Logs).Select(log => Task.Run(() => ReadAsync(store, $"s/{log}")))));
        Write($"bytes allocated per record read: {(GC.GetTotalAllocatedBytes(precise: true) - before) / (double)total:0.0}");
    }

    [Theory(Explicit = true)]
    [InlineData(1, 1_000)]
    [InlineData(100, 300)]
    [InlineData(1_000, 50)]
    public async Task Saves(int shards, int rounds)
    {
        await using var store = await Postgres.OpenAsync(await postgres.DatabaseAsync());
        var mapping = MappingId.New();
        ShardKey[] keys = [.. Enumerable.Range(0, shards).Select(i => new ShardKey(mapping, $"shardId-{i:000000000000}"))];
        await Task.WhenAll(keys.Select(key => store.Checkpoints.TakeAsync(key, "me", Cancellation).AsTask()));
        await MeasureAsync($"checkpoints saved, {shards} shards at once", shards * rounds, () =>
            Task.WhenAll(keys.Select(key => Task.Run(async () =>
            {
                for (var i = 1; i <= rounds; i++)
                {
                    await store.Checkpoints.SaveAsync(key, 1, new Checkpoint(i), Cancellation);
                }
            }))));
    }

    private static async Task ReadAsync(IStore store, string log)
    {
        for (var next = 0L; ;)
        {
            using var page = new RecordPage();
            await store.Logs.ReadAsync(log, next, 10_000, 10 << 20, page, Cancellation);
            if (page.Count == 0)
            {
                return;
            }

            next = page.NextPosition;
        }
    }

    private static async Task MeasureAsync(string what, long count, Func<Task> run)
    {
        var start = TimeProvider.System.GetTimestamp();
        await run();
        Write($"{count / TimeProvider.System.GetElapsedTime(start).TotalSeconds:N0} {what} per second");
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
