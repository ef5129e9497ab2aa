using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Testing.Contracts;

/// <summary>What every source promises its shard. A test class of each adapter inherits it.</summary>
public abstract partial class SourceContract
{
    private static readonly StartAt TrimHorizon = new StartAt.TrimHorizon();

    /// <summary>No step of a test takes longer; a broker may be slow to wake a consumer.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Starts a source with that many shards (1 or 2) and no records.</summary>
    protected abstract ValueTask<SourceSubject> StartAsync(int shards);

    [Fact]
    public async Task ListShards_OneShard_NamesItWithoutParents()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();

        var shard = Assert.Single(await subject.Source.ListShardsAsync(limit.Token));

        Assert.Equal(subject.ShardId(0), shard.Id);
        Assert.Empty(shard.Parents);
    }

    [Fact]
    public async Task Traits_AskedTwice_AreTheSame()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();

        Assert.Equal(await subject.Source.TraitsAsync(limit.Token), await subject.Source.TraitsAsync(limit.Token));
    }

    [Fact]
    public async Task CountWaiting_SomeArePut_CountsThoseBehindTheCheckpoint()
    {
        await using var subject = await StartAsync(1);
        Assert.SkipUnless(subject.CountsWaiting, "this source cannot tell how many records wait");
        using var limit = Limit();
        var nothing = new Dictionary<string, Checkpoint>();
        Assert.Equal(0, await subject.Source.CountWaitingAsync(nothing, limit.Token));

        var first = subject.KeepsPositions ? await subject.Source.ResolveAsync(subject.ShardId(0), TrimHorizon, limit.Token) : 0;
        await PutAsync(subject, 0, 0, 5);

        await Eventually.EqualAsync(5L, async () => await subject.Source.CountWaitingAsync(nothing, limit.Token) ?? -1);
        if (subject.KeepsPositions)
        {
            var done = new Dictionary<string, Checkpoint> { [subject.ShardId(0)] = new(first + 3) };
            Assert.Equal(2, await subject.Source.CountWaitingAsync(done, limit.Token));
        }
    }

    [Fact]
    public async Task Commit_SameCheckpointTwice_IsSafe()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        await PutAsync(subject, 0, 0, 5);
        await using var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        var positions = new List<long>();
        while (positions.Count < 5)
        {
            using var page = await reader.ReadAsync(5, limit.Token);
            foreach (var record in page.Records)
            {
                positions.Add(record.Position);
            }
        }

        var gap = new Checkpoint(positions[2]) { Finished = [new PositionRange(positions[3], positions[3])] };
        await reader.CommitAsync(gap, limit.Token);
        await reader.CommitAsync(gap, limit.Token);
        var all = new Checkpoint(positions[4] + 1);
        await reader.CommitAsync(all, limit.Token);
        await reader.CommitAsync(all, limit.Token);
        await PutAsync(subject, 0, 5, 2);

        Assert.Equal(Names(5, 2), await ReadAsync(reader, 2, limit.Token));
    }

    [Fact]
    public async Task Dispose_WhileAReadWaits_EndsTheRead()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);
        var reading = reader.ReadAsync(10, limit.Token).AsTask();

        await reader.DisposeAsync();

        var error = await Xunit.Record.ExceptionAsync(() => reading.WaitAsync(limit.Token));
        Assert.False(limit.IsCancellationRequested, "the read still waits");
        Assert.True(error is OperationCanceledException or ObjectDisposedException, $"ended with {error}");
    }

    [Fact]
    public async Task Dispose_Twice_IsSafe()
    {
        await using var subject = await StartAsync(1);
        using var limit = Limit();
        var reader = await subject.OpenAsync(0, TrimHorizon, limit.Token);

        await reader.DisposeAsync();
        await reader.DisposeAsync();
        await subject.Source.DisposeAsync();
        await subject.Source.DisposeAsync();
    }

    /// <summary>Puts <c>record-from</c> and so on with keys <c>key-from</c> and so on.</summary>
    protected static async Task PutAsync(SourceSubject subject, int shard, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await subject.PutAsync(shard, $"key-{i}", Encoding.UTF8.GetBytes($"record-{i}"));
        }
    }

    /// <summary>Reads until there are that many records.</summary>
    protected static async Task<List<string>> ReadAsync(IShardReader reader, int count, CancellationToken cancellation)
    {
        var seen = new List<string>();
        while (seen.Count < count)
        {
            using var page = await reader.ReadAsync(count, cancellation);
            Collect(page, seen);
        }

        return seen;
    }

    private static void Collect(RecordPage page, List<string> into)
    {
        foreach (var record in page.Records)
        {
            into.Add(SourceSubject.Text(record));
        }
    }

    private static List<string> Names(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"record-{i}")];

    private CancellationTokenSource Limit() => new(Patience);
}
