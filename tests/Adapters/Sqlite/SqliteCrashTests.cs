using System.Diagnostics;
using System.Globalization;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Store;
using Dispatcher.Testing;

namespace Dispatcher.Adapters.Tests.Sqlite;

public sealed class SqliteCrashTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<(int Log, long First), (int Writer, int Number)> _appended = [];
    private long _saved;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_WhileWriting_KeepsEverythingAcknowledged()
    {
        for (var round = 1; round <= 3; round++)
        {
            _appended.Clear();
            _saved = 0;
            await KillAfterAsync(lines: 400 * round);

            await using var store = await Sqlite.OpenAsync(_folder.Path);
            for (var log = 0; log < SqliteCrashChild.Logs; log++)
            {
                await CheckAsync(store, log);
            }

            var lease = await store.Checkpoints.TakeAsync(new ShardKey(SqliteCrashChild.Mapping, "s"), "test", Cancellation);
            Assert.InRange(lease.Checkpoint!.Next, _saved, _saved + 1);
        }
    }

    private async Task KillAfterAsync(int lines)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Dispatcher.Adapters.Tests"))
        {
            ArgumentList = { "-method", $"{typeof(SqliteCrashChild).FullName}.{nameof(SqliteCrashChild.Run)}", "-explicit", "only" },
            Environment = { [SqliteCrashChild.Folder] = _folder.Path },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var child = Process.Start(start)!;
        var (seen, killed) = (0, false);
        while (await child.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            seen += Note(line) ? 1 : 0;
            if (!killed && seen >= lines && _saved > 0) // the first checkpoint may well come after hundreds of appends
            {
                killed = true;
                child.Kill(); // SIGKILL; what it acknowledged before that is still in the pipe
            }
        }

        await child.WaitForExitAsync(Cancellation);
        Assert.True(killed, $"the child ended by itself after {seen} lines");
    }

    private bool Note(string line)
    {
        var parts = line.Split(' ');
        switch (parts)
        {
            case ["append", _, _, _, _]:
                var numbers = parts.Skip(1).Select(one => long.Parse(one, CultureInfo.InvariantCulture)).ToArray();
                _appended.Add(((int)numbers[0], numbers[3]), ((int)numbers[1], (int)numbers[2]));
                return true;
            case ["saved", var next] when long.TryParse(next, CultureInfo.InvariantCulture, out var saved):
                _saved = saved;
                return true;
            default:
                return false;
        }
    }

    private async Task CheckAsync(IStore store, int log)
    {
        var bounds = await store.Logs.BoundsAsync($"log-{log}", Cancellation);
        var payloads = new byte[bounds!.Next][];
        for (var from = 0L; from < bounds.Next;)
        {
            using var page = new RecordPage();
            await store.Logs.ReadAsync($"log-{log}", from, 10_000, int.MaxValue, page, Cancellation);
            foreach (var record in page.Records)
            {
                Assert.Equal(from++, record.Position); // no gap
                payloads[record.Position] = record.Data.ToArray();
            }
        }

        foreach (var ((_, first), (writer, number)) in _appended.Where(one => one.Key.Log == log))
        {
            for (var i = 0; i < 7; i++)
            {
                Assert.Equal(SqliteCrashChild.Payload(writer, number + i), payloads[first + i]);
            }
        }
    }
}
