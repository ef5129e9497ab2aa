using System.Buffers.Binary;
using System.Globalization;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Adapters.Tests.Sqlite;

/// <summary>
/// What the crash tests start as a process of its own and kill: it appends to a few logs and saves checkpoints for ever, and
/// writes a line for everything that the store has acknowledged.
/// </summary>
public sealed class SqliteCrashChild
{
    /// <summary>Environment variable with the data folder.</summary>
    public const string Folder = "DISPATCHER_TEST_CRASH_FOLDER";

    /// <summary>Logs that it writes, <c>log-0</c> and so on.</summary>
    public const int Logs = 4;

    private const int Writers = 3;

    /// <summary>The mapping whose checkpoints it saves.</summary>
    public static readonly MappingId Mapping = new(new Guid("11111111-2222-3333-4444-555555555555"));

    [Fact(Explicit = true)]
    public async Task Run()
    {
        var folder = Environment.GetEnvironmentVariable(Folder);
        Assert.SkipWhen(folder is null, "only for the crash tests, which start it themselves");
        await using var store = await Sqlite.OpenAsync(folder!);
        await using var acknowledged = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var output = TextWriter.Synchronized(acknowledged);
        for (var log = 0; log < Logs; log++)
        {
            await store.Logs.CreateAsync($"log-{log}", 0, CancellationToken.None);
        }

        var appends = Enumerable.Range(0, Logs * Writers).Select(i => AppendAsync(store, i, output));
        await Task.WhenAll([SaveAsync(store, output), .. appends]);
    }

    /// <summary>The payload of one record: who wrote it, and its number.</summary>
    public static byte[] Payload(int writer, int number)
    {
        var bytes = new byte[200];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, writer);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), number);
        return bytes;
    }

    private static async Task AppendAsync(IStore store, int writer, TextWriter output)
    {
        var log = writer % Logs;
        for (var number = 0; ; number += 7)
        {
            var records = Enumerable.Range(number, 7).Select(i => new LogAppend("k"u8.ToArray(), Payload(writer, i))).ToArray();
            var first = await store.Logs.AppendAsync($"log-{log}", records, CancellationToken.None);
            Write(output, $"append {log} {writer} {number} {first}");
        }
    }

    private static async Task SaveAsync(IStore store, TextWriter output)
    {
        var shard = new ShardKey(Mapping, "s");
        var lease = await store.Checkpoints.TakeAsync(shard, "child", CancellationToken.None);
        for (var next = (lease.Checkpoint?.Next ?? 0) + 1; ; next++)
        {
            await store.Checkpoints.SaveAsync(shard, lease.Epoch, new Checkpoint(next), CancellationToken.None);
            Write(output, $"saved {next}");
        }
    }

    private static void Write(TextWriter output, FormattableString line)
        => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
