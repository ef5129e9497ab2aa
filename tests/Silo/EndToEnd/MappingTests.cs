using System.Diagnostics;
using System.Text.Json.Nodes;
using Dispatcher.Testing;
using Dispatcher.Testing.Server;

namespace Dispatcher.Silo.Tests.EndToEnd;

/// <summary>What a mapping does with its options, on the real server with an embedded stream.</summary>
public sealed class MappingTests : IAsyncLifetime
{
    private const string Stream = "orders";
    private const int Keys = 7;

    private const int Rounds = 5;

    // The promise, held against the middle of some rounds: a machine that runs other tests beside may stand still in one of them.
    private static readonly TimeSpan s_prompt = TimeSpan.FromSeconds(1);

    private ServerProcess? _server;
    private Witness? _witness;
    private Api? _api;

    private ServerProcess Server => _server!;

    private Witness Function => _witness!;

    private Api Api => _api!;

    public async ValueTask InitializeAsync()
    {
        _witness = await Witness.StartAsync();
        _server = await ServerProcess.StartAsync();
        _api = new Api(Server.Url);
        await Api.CreateFunctionAsync(Function.Url);
    }

    /// <summary>Whatever a test did with its mapping, no record is missing in its ledger and none is counted twice.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await MappingLedger.BalancedAsync(Server.Url);
        }
        finally
        {
            await Server.DisposeAsync();
            await Function.DisposeAsync();
        }
    }

    [Fact]
    public async Task Update_Disabled_PausesAndLosesNothing()
    {
        await Api.CreateStreamAsync(Stream, 2);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 10 });
        await PutAsync(0, 1_000);
        await Function.SeenAsync(100);

        var disabling = await Api.UpdateAsync(uuid, new JsonObject { ["Enabled"] = false });
        Assert.Equal("Disabling", disabling.GetProperty("State").GetString());
        await Api.StateAsync(uuid, "Disabled");
        var paused = Function.Seen.Count;
        await PutAsync(1_000, 1_000);
        Assert.Equal(paused, Function.Seen.Count);
        var enabling = await Api.UpdateAsync(uuid, new JsonObject { ["Enabled"] = true });
        Assert.Equal("Enabling", enabling.GetProperty("State").GetString());

        await Function.SeenAsync(2_000);
        Assert.Equal(Enumerable.Range(0, 2_000), Function.Seen.Select(d => d.Number).Order());
        await Api.StateAsync(uuid, "Enabled");
    }

    [Fact]
    public async Task Update_Enabled_ActsInUnderASecond()
    {
        await Api.CreateStreamAsync(Stream, 1);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["Enabled"] = true });
        var (pauses, resumes) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await Api.UpdateAsync(uuid, new JsonObject { ["Enabled"] = false });
            await Api.StateAsync(uuid, "Disabled");
            pauses.Add(Stopwatch.GetElapsedTime(start));

            await PutAsync(round, 1);
            start = Stopwatch.GetTimestamp();
            await Api.UpdateAsync(uuid, new JsonObject { ["Enabled"] = true });
            await Function.SeenAsync(round + 1);
            resumes.Add(Stopwatch.GetElapsedTime(start));
            await Api.StateAsync(uuid, "Enabled");
        }

        Assert.InRange(Middle(pauses), TimeSpan.Zero, s_prompt);
        Assert.InRange(Middle(resumes), TimeSpan.Zero, s_prompt);
    }

    /// <summary>A batch waits for its window; a smaller batch size lets it go at once, without a restart of the shard.</summary>
    [Fact]
    public async Task Update_BatchSize_ClosesTheBatchThatWaits()
    {
        await Api.CreateStreamAsync(Stream, 1);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 500, ["MaximumBatchingWindowInSeconds"] = 300 });
        int[] sizes = [40, 20, 10, 5, 2];
        var (put, updates) = (0, new List<TimeSpan>());
        foreach (var size in sizes)
        {
            await PutAsync(put, size);
            Assert.Equal(put, Function.Seen.Count);
            put += size;

            var start = Stopwatch.GetTimestamp();
            await Api.UpdateAsync(uuid, new JsonObject { ["BatchSize"] = size });
            await Function.SeenAsync(put);
            updates.Add(Stopwatch.GetElapsedTime(start));
            await Api.StateAsync(uuid, "Enabled");
        }

        Assert.InRange(Middle(updates), TimeSpan.Zero, s_prompt);
        Assert.Equal(sizes, Function.Batches.Select(b => b.Length));
        Assert.Equal(Enumerable.Range(0, put), Function.Seen.Select(d => d.Number));
        Assert.Equal(1, Server.Log.Split("works on shard").Length - 1);
    }

    [Fact]
    public async Task Batch_Window_ClosesIt()
    {
        const int puts = 10;
        await Api.CreateStreamAsync(Stream, 1);
        await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 500, ["MaximumBatchingWindowInSeconds"] = 1 });
        var windows = new List<TimeSpan>();
        for (var put = 0; put < puts * Rounds;)
        {
            var start = Stopwatch.GetTimestamp();
            for (var end = put + puts; put < end; put++)
            {
                await PutAsync(put, 1);
            }

            await Function.SeenAsync(put);
            windows.Add(Stopwatch.GetElapsedTime(start));
        }

        // The window begins at the first record after an idle time, or earlier: what was put by then comes in a batch of its own.
        Assert.InRange(Middle(windows), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.InRange(Function.Batches.Count, Rounds, 3 * Rounds);
    }

    [Fact]
    public async Task Batch_SixMegabytes_CloseIt()
    {
        const int size = 500_000;
        await Api.CreateStreamAsync(Stream, 1);
        for (var number = 0; number < 20; number++)
        {
            // Leading zeros make the number as long as the test needs it.
            var data = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(number.ToString($"D{size}", System.Globalization.CultureInfo.InvariantCulture)));
            (await Api.KinesisAsync("PutRecord", new JsonObject { ["StreamName"] = Stream, ["PartitionKey"] = "k", ["Data"] = data })).Must(System.Net.HttpStatusCode.OK);
        }

        await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 10_000, ["MaximumBatchingWindowInSeconds"] = 5 });
        await Function.SeenAsync(20);

        // Half a million bytes are 666,668 characters of base64: nine of them fit.
        Assert.Equal([9, 9, 2], Function.Batches.Select(b => b.Length));
        Assert.Equal(Enumerable.Range(0, 20), Function.Seen.Select(d => d.Number));
    }

    [Fact]
    public async Task Start_Latest_SeesOnlyWhatComesAfterTheCreation()
    {
        await Api.CreateStreamAsync(Stream, 2);
        await PutAsync(0, 50);
        await Api.MapStreamAsync(Stream, new JsonObject { ["StartingPosition"] = "LATEST" });
        await PutAsync(50, 50);

        await Function.SeenAsync(50);
        Assert.Equal(Enumerable.Range(50, 50), Function.Seen.Select(d => d.Number).Order());
    }

    [Fact]
    public async Task Start_AtTimestamp_SeesWhatCameSince()
    {
        await Api.CreateStreamAsync(Stream, 2);
        await PutAsync(0, 50);
        var since = DateTimeOffset.UtcNow;
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > since.AddMilliseconds(20), "the clock moves on");
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        await PutAsync(50, 50);

        await Api.MapStreamAsync(Stream, new JsonObject { ["StartingPosition"] = "AT_TIMESTAMP", ["StartingPositionTimestamp"] = at });

        await Function.SeenAsync(50);
        Assert.Equal(Enumerable.Range(50, 50), Function.Seen.Select(d => d.Number).Order());
    }

    [Fact]
    public async Task Lanes_Ten_RunSideBySideAndKeepTheOrderPerKey()
    {
        var (running, most) = (0, 0);
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Function.Answer = async _ =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            if (now >= 5)
            {
                together.TrySetResult();
            }

            await together.Task.WaitAsync(TimeSpan.FromSeconds(60));
            Interlocked.Decrement(ref running);
            return 200;
        };
        await Api.CreateStreamAsync(Stream, 1);
        await KinesisPuts.PutNumbersAsync(Server.Url, Stream, 0, 5_000, 97);
        await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 20, ["ParallelizationFactor"] = 10 });

        await Function.SeenAsync(5_000);
        Assert.InRange(most, 5, 10);
        Assert.All(Function.Seen.GroupBy(d => d.Key), key => Assert.Equal(key.Select(d => d.Number).Order(), key.Select(d => d.Number)));
        Assert.Equal(5_000, Function.Seen.Count);
    }

    [Fact]
    public async Task Reshard_WhileItRuns_ReadsChildrenAfterTheirParents()
    {
        await Api.CreateStreamAsync(Stream, 1);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 50 });
        await PutAsync(0, 3_000);
        await SplitAsync("shardId-000000000000");
        await PutAsync(3_000, 3_000);
        (await Api.KinesisAsync("MergeShards", new JsonObject
        {
            ["StreamName"] = Stream,
            ["ShardToMerge"] = "shardId-000000000001",
            ["AdjacentShardToMerge"] = "shardId-000000000002",
        })).Must(System.Net.HttpStatusCode.OK);
        await PutAsync(6_000, 3_000);

        await Function.SeenAsync(9_000);
        Assert.Equal(9_000, Function.Seen.Count);
        Assert.Equal(4, Function.Seen.Select(d => d.Shard).Distinct().Count());
        Assert.All(Function.Seen.GroupBy(d => d.Key), key => Assert.Equal(key.Select(d => d.Number).Order(), key.Select(d => d.Number)));
        await Api.StateAsync(uuid, "Enabled");
    }

    [Fact]
    public async Task Delete_WhileItRuns_EndsDeliveryAndForgetsIt()
    {
        await Api.CreateStreamAsync(Stream, 1);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 10 });
        await PutAsync(0, 2_000);
        await Function.SeenAsync(50);

        await Api.DeleteAsync(uuid);
        var seen = Function.Seen.Count;
        await PutAsync(2_000, 100);

        // Another mapping of the same function and stream begins at its own starting position.
        await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 100 });
        await Function.SeenAsync(2_100);
        Assert.Equal(seen + 2_100, Function.Seen.Count);
    }

    [Fact]
    public async Task Function_FailsForAWhile_HoldsBackItsShardAndLosesNothing()
    {
        var failures = 3;
        Function.Answer = _ => Task.FromResult(Interlocked.Decrement(ref failures) >= 0 ? 500 : 200);
        await Api.CreateStreamAsync(Stream, 1);
        await PutAsync(0, 100);
        var uuid = await Api.MapStreamAsync(Stream, new JsonObject { ["BatchSize"] = 10 });

        await Function.SeenAsync(100);
        var numbers = Function.Batches.Select(b => b[0]).ToArray();
        Assert.Equal([0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90], numbers);
        await Eventually.EqualAsync("OK", async () => (await Api.MappingAsync(uuid)).GetProperty("LastProcessingResult").GetString());
    }

    private static TimeSpan Middle(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

    private Task PutAsync(int first, int count) => KinesisPuts.PutNumbersAsync(Server.Url, Stream, first, count, Keys);

    private async Task SplitAsync(string shard) => (await Api.KinesisAsync("SplitShard", new JsonObject
    {
        ["StreamName"] = Stream,
        ["ShardToSplit"] = shard,
        ["NewStartingHashKey"] = "170141183460469231731687303715884105728",
    })).Must(System.Net.HttpStatusCode.OK);
}
