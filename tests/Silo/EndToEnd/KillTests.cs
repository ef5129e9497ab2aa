using Dispatcher.Testing;
using Dispatcher.Testing.Aws;
using Dispatcher.Testing.Functions;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What the delivery promises are worth when the server dies.</summary>
public sealed class KillTests
{
    private const int Records = 100_000;
    private const int Keys = 97;
    private const int Shards = 4;
    private const int BatchSize = 500;

    public KillTests() => AwsCli.SkipIfMissing();

    [Fact]
    public async Task Kill_DuringAHundredThousandRecords_LosesNothingAndKeepsTheOrderPerKey()
    {
        await using var server = await ServerProcess.StartAsync();
        var aws = new AwsCli(server.Url.ToString());
        var function = new RecordingFunction(server.Folder);
        await function.CreateAsync(aws, "hello");
        await aws.RunAsync("kinesis", "create-stream", "--stream-name", "orders", "--shard-count", $"{Shards}");
        await aws.RunAsync(
            "lambda", "create-event-source-mapping", "--function-name", "hello", "--starting-position", "TRIM_HORIZON",
            "--batch-size", $"{BatchSize}", "--event-source-arn", "arn:aws:kinesis:us-east-1:000000000000:stream/orders");

        // The first half is on its way while the server dies; what a put reported as taken must not be lost.
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", 0, Records / 2, Keys);
        await Eventually.TrueAsync(async () => await function.CountAsync() > Records / 10, "records arrive");
        await server.KillAsync();
        await server.StartAgainAsync();
        await KinesisPuts.PutNumbersAsync(server.Url, "orders", Records / 2, Records / 2, Keys);

        await Eventually.TrueAsync(async () => (await NumbersAsync(function)).Distinct().Count() == Records, "all records arrive");
        var seen = await function.BatchesAsync();
        Assert.InRange(seen.Sum(batch => batch.Count) - Records, 0, Shards * BatchSize);
        AssertOrderPerKey(seen);
    }

    /// <summary>
    /// A key's records come from one shard, one batch at a time: ordered by their first number, its batches may overlap where
    /// one was repeated after the kill, and each must be ascending and leave no gap to what was seen before.
    /// </summary>
    private static void AssertOrderPerKey(IReadOnlyList<IReadOnlyList<(string Key, int Number)>> batches)
    {
        for (var key = 0; key < Keys; key++)
        {
            var name = $"k{key}";
            var expected = key;
            foreach (var batch in batches.Select(b => b.Where(r => r.Key == name).Select(r => r.Number).ToArray()).Where(b => b.Length > 0).OrderBy(b => b[0]))
            {
                Assert.True(batch[0] <= expected, $"{name}: {batch[0]} came before {expected}");
                Assert.Equal(Enumerable.Range(0, batch.Length).Select(i => batch[0] + (i * Keys)), batch);
                expected = Math.Max(expected, batch[^1] + Keys);
            }
        }
    }

    private static async Task<IEnumerable<int>> NumbersAsync(RecordingFunction function)
        => (await function.BatchesAsync()).SelectMany(batch => batch).Select(record => record.Number);
}
