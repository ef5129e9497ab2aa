using Dispatcher.Adapters.Sqlite;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>
/// Kills a server and judges what its function saw. What was in flight at a kill is known exactly: the function wrote it down,
/// and the checkpoints in the dead server's store do not hold it. This, and nothing else, may come again.
/// </summary>
internal sealed class KillCheck(ServerProcess server, Witness witness, string mapping)
{
    private readonly List<HashSet<(string Shard, long Position)>> _inFlight = [];

    /// <summary>How much was in flight at each kill.</summary>
    public IReadOnlyList<int> InFlight => [.. _inFlight.Select(f => f.Count)];

    /// <summary>Kills the server (SIGKILL), looks what was in flight, and starts it again on the same folder.</summary>
    public async Task KillAsync()
    {
        await server.KillAsync();
        await witness.NextLifeAsync();
        var saved = await CheckpointsAsync();
        _inFlight.Add([.. witness.Seen
            .Where(d => !saved.TryGetValue(d.Shard, out var done) || !IsDone(done, d.Position))
            .Select(d => (d.Shard, d.Position))]);
        await server.StartAgainAsync();
    }

    /// <summary>Every record that came in a later life for the second time was in flight at the kill before.</summary>
    public void AssertOnlyWhatWasInFlightCameAgain()
    {
        var before = new HashSet<(string, long)>();
        foreach (var life in witness.Seen.GroupBy(d => d.Life).OrderBy(l => l.Key))
        {
            var now = life.Select(d => (d.Shard, d.Position)).ToList();
            Assert.Equal(now.Count, now.Distinct().Count());
            if (life.Key > 0)
            {
                Assert.Empty(now.Where(before.Contains).Except(_inFlight[life.Key - 1]));
            }

            before.UnionWith(now);
        }
    }

    /// <summary>
    /// Within a life a key's records come in the order of their positions, and none comes before all of those that precede
    /// it in its shard have come, in this life or an earlier one. A key's numbers are equally far apart.
    /// </summary>
    public void AssertOrderPerKey(int step)
    {
        foreach (var key in witness.Seen.GroupBy(d => d.Key))
        {
            var (next, life, last) = (key.Min(d => d.Number), -1, -1L);
            foreach (var record in key)
            {
                Assert.True(record.Life != life || record.Position > last, $"{record} came after position {last}");
                Assert.True(record.Number <= next, $"{record} came before number {next}");
                next = Math.Max(next, record.Number + step);
                (life, last) = (record.Life, record.Position);
            }
        }
    }

    private static bool IsDone(Checkpoint checkpoint, long position)
        => position < checkpoint.Next || checkpoint.Finished.Any(range => range.Contains(position));

    private async Task<IReadOnlyDictionary<string, Checkpoint>> CheckpointsAsync()
    {
        Assert.True(MappingId.TryParse(mapping, out var id));
        await using var services = new ServiceCollection()
            .AddSingleton(new DispatcherConfig { Data = server.Data })
            .AddSingleton<ILoggerFactory>(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSqliteStore()
            .BuildServiceProvider();
        var store = services.GetRequiredService<IStore>();
        await store.OpenAsync(CancellationToken.None);
        return await store.Checkpoints.ListAsync(id, CancellationToken.None);
    }
}
