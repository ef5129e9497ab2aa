using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;
using Dispatcher.Testing;
using Dispatcher.Testing.RabbitMq;

namespace Dispatcher.Adapters.Tests.RabbitMq;

[Collection(RabbitMqCollection.Name)]
public sealed class AcknowledgementTests(RabbitMqFixture rabbit)
{
    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    public async Task Commit_GapWithRangesAbove_AcknowledgesJustThose(string type)
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        await bench.PutAsync(0, 100);
        await using var reader = await bench.OpenAsync(limit.Token);
        Assert.Equal(100, await SkipAsync(reader, 100, limit.Token));

        await reader.CommitAsync(new Checkpoint(60) { Finished = [new(70, 79), new(90, 90)] }, limit.Token);
        await Eventually.EqualAsync((0, 29), bench.CountAsync);

        await reader.CommitAsync(new Checkpoint(80) { Finished = [new(90, 90), new(95, 99)] }, limit.Token);
        await Eventually.EqualAsync((0, 14), bench.CountAsync);

        await reader.CommitAsync(new Checkpoint(100), limit.Token);
        await Eventually.EqualAsync((0, 0), bench.CountAsync);
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    [InlineData("stream")]
    public async Task Read_NothingCommitted_StopsAtThePrefetchAndGoesOnAfterCommits(string type)
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        for (var i = 0; i < 100; i++)
        {
            // One by one: a stream delivers chunks, and this way they are of one message.
            await bench.PutAsync(i, 1);
        }

        var source = bench.Source(mapping => mapping with { BatchSize = 10, ParallelizationFactor = 3 });
        await using var reader = await bench.OpenAsync(source, limit.Token);
        Assert.Equal(30, await SkipAsync(reader, 30, limit.Token));

        var more = reader.ReadAsync(100, limit.Token).AsTask();
        if (type != "stream")
        {
            await Eventually.EqualAsync((70, 30), bench.CountAsync);
        }

        Assert.False(more.IsCompleted);
        await reader.CommitAsync(new Checkpoint(0) { Finished = [new(5, 9)] }, limit.Token);
        using (var page = await more)
        {
            Assert.Equal("m30", QueueBench.Text(page.Records[0]));
            await SkipAsync(reader, 5 - page.Count, limit.Token);
        }

        await reader.CommitAsync(new Checkpoint(35), limit.Token);
        Assert.Equal(30, await SkipAsync(reader, 30, limit.Token));
    }

    [Theory]
    [InlineData("classic", 1)]
    [InlineData("quorum", 2)]
    [InlineData("stream", 3)]
    public async Task Commit_RecordsFinishInAnyOrder_KeepsTheChannelAndLosesNothing(string type, int seed)
    {
        const int count = 3_000;
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        await bench.PutAsync(0, count);
        await using var reader = await bench.OpenAsync(limit.Token, batchSize: 100);
        var random = new Random(seed);
        var (open, done, seen) = (new List<long>(), new SortedSet<long>(), 0);
        while (done.Count < count)
        {
            if (open.Count == 0 || (seen < count && random.Next(3) == 0 && open.Count < 50))
            {
                using var page = await reader.ReadAsync(random.Next(1, 50), limit.Token);
                foreach (var record in page.Records)
                {
                    Assert.Equal($"m{seen++}", QueueBench.Text(record));
                    Assert.False(record.Flags.HasFlag(RecordFlags.Redelivered));
                    open.Add(record.Position);
                }
            }

            for (var i = random.Next(open.Count + 1); i > 0; i--)
            {
                var index = random.Next(open.Count);
                done.Add(open[index]);
                open.RemoveAt(index);
            }

            await reader.CommitAsync(CheckpointOf(done), limit.Token);
        }

        if (type != "stream")
        {
            await Eventually.EqualAsync((0, 0), bench.CountAsync);
        }
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("quorum")]
    [InlineData("stream")]
    public async Task Read_FiftyThousand_BringsEachOnce(string type)
    {
        const int count = 50_000;
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), type);
        await using var reader = await bench.OpenAsync(limit.Token, batchSize: 500);
        var publishing = bench.PutAsync(0, count);
        for (var seen = 0; seen < count;)
        {
            using var page = await reader.ReadAsync(500, limit.Token);
            foreach (var record in page.Records)
            {
                Assert.Equal($"m{seen++}", QueueBench.Text(record));
            }

            await reader.CommitAsync(new Checkpoint(page.NextPosition), limit.Token);
        }

        await publishing;
        if (type != "stream")
        {
            await Eventually.EqualAsync((0, 0), bench.CountAsync);
        }
    }

    [Fact]
    public async Task Read_ThreePollers_ShareTheQueue()
    {
        const int count = 600;
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        await bench.PutAsync(0, count);
        var source = bench.Source(mapping => mapping with
        {
            BatchSize = 10,
            ProvisionedPollers = new ProvisionedPollers(3, 200, null),
        });
        var shards = await source.ListShardsAsync(limit.Token);
        Assert.Equal([$"{bench.Queue}#0", $"{bench.Queue}#1", $"{bench.Queue}#2"], shards.Select(shard => shard.Id));

        var seen = new HashSet<string>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var counts = await Task.WhenAll(shards.Select(shard => ReadAllAsync(source, shard.Id, seen, count, done)));

        Assert.False(limit.IsCancellationRequested);
        Assert.Equal(count, counts.Sum());
        Assert.All(counts, n => Assert.True(n > 0, "one consumer got nothing"));
    }

    [Fact]
    public async Task Dispose_SomeNotCommitted_PutsThemBackIntoTheQueue()
    {
        using var limit = Limit();
        await using var bench = await QueueBench.StartAsync(await rabbit.ServerAsync(), "classic");
        await bench.PutAsync(0, 10);
        await using (var first = await bench.OpenAsync(limit.Token))
        {
            await SkipAsync(first, 10, limit.Token);
            await first.CommitAsync(new Checkpoint(4), limit.Token);
        }

        await Eventually.EqualAsync((6, 0), bench.CountAsync);
        await using var second = await bench.OpenAsync(limit.Token);
        using var page = await second.ReadAsync(1, limit.Token);
        Assert.Equal("m4", QueueBench.Text(page.Records[0]));
        Assert.True(page.Records[0].Flags.HasFlag(RecordFlags.Redelivered));
    }

    private static async Task<int> ReadAllAsync(
        ISource source, string shard, HashSet<string> seen, int count, CancellationTokenSource done)
    {
        var own = 0;
        try
        {
            await using var reader = await source.OpenAsync(shard, 0, done.Token);
            while (true)
            {
                using var page = await reader.ReadAsync(10, done.Token);
                own += page.Count;
                await reader.CommitAsync(new Checkpoint(page.NextPosition), done.Token);
                if (Collect(page, seen) == count)
                {
                    await done.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            return own;
        }
    }

    private static int Collect(RecordPage page, HashSet<string> seen)
    {
        lock (seen)
        {
            foreach (var record in page.Records)
            {
                Assert.True(seen.Add(QueueBench.Text(record)), "a message came twice");
            }

            return seen.Count;
        }
    }

    private static async Task<int> SkipAsync(IShardReader reader, int count, CancellationToken cancellation)
    {
        var seen = 0;
        while (seen < count)
        {
            using var page = await reader.ReadAsync(count - seen, cancellation);
            seen += page.Count;
        }

        return seen;
    }

    private static Checkpoint CheckpointOf(SortedSet<long> done)
    {
        var next = 0L;
        var finished = new List<PositionRange>();
        foreach (var position in done)
        {
            if (position == next)
            {
                next++;
            }
            else if (finished.Count > 0 && finished[^1].To == position - 1)
            {
                finished[^1] = finished[^1] with { To = position };
            }
            else
            {
                finished.Add(new PositionRange(position, position));
            }
        }

        return new Checkpoint(next) { Finished = finished };
    }

    private static CancellationTokenSource Limit() => new(TimeSpan.FromSeconds(60));
}
