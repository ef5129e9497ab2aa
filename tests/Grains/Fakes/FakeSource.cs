using System.Text;
using Dispatcher.Contracts.Checkpoints;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Records;
using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>A source in memory: shards are lists, reading waits for more, errors can be ordered.</summary>
internal sealed class FakeSource : ISource, ISourceFactory
{
    private readonly Lock _guard = new();
    private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hanging;
    private readonly Dictionary<string, FakeShard> _shards = [];

    /// <summary>Thrown by the next calls of ListShardsAsync while it is set.</summary>
    public SourceException? ListError { get; set; }

    /// <summary>While true nothing answers: calls of ListShardsAsync end only when cancelled, and closing does not end.</summary>
    public bool Silent { get; set; }

    /// <summary>Calls of ListShardsAsync that wait in vain.</summary>
    public int Hanging => _hanging;

    /// <summary>Checkpoints that shards were told of, in order.</summary>
    public List<(string Shard, Checkpoint Checkpoint)> Commits { get; } = [];

    /// <summary>How often something was read.</summary>
    public int Reads { get; private set; }

    /// <summary>How many sources are open.</summary>
    public int Open { get; private set; }

    public SourceTraits Traits { get; set; } = new(SourceKind.Stream, Ordered: true, BrokerKeepsPosition: false);

    public FakeShard Add(string id, params string[] parents) => AddAt(0, id, parents);

    /// <summary>Adds a shard whose positions begin there; one of the same name is gone.</summary>
    public FakeShard AddAt(long first, string id, params string[] parents)
    {
        lock (_guard)
        {
            return _shards[id] = new FakeShard(id, parents, first);
        }
    }

    public bool Handles(MappingConfig config) => true;

    public ValueTask ValidateAsync(MappingConfig config, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ISource Connect(MappingConfig config)
    {
        Open++;
        return this;
    }

    public ValueTask<SourceTraits> TraitsAsync(CancellationToken cancellation) => ValueTask.FromResult(Traits);

    public async ValueTask<IReadOnlyList<ShardInfo>> ListShardsAsync(CancellationToken cancellation)
    {
        if (Silent)
        {
            Interlocked.Increment(ref _hanging);
            await Task.Delay(Timeout.Infinite, cancellation);
        }

        lock (_guard)
        {
            return ListError is { } error
                ? throw error
                : [.. _shards.Values.Select(s => new ShardInfo(s.Id, s.Parents) { First = s.First })];
        }
    }

    public ValueTask<long> ResolveAsync(string shard, StartAt at, CancellationToken cancellation)
        => ValueTask.FromResult(at is StartAt.Latest ? _shards[shard].Count : _shards[shard].First);

    public ValueTask<IShardReader> OpenAsync(string shard, long next, CancellationToken cancellation)
        => ValueTask.FromResult<IShardReader>(new Reader(this, _shards[shard], next));

    public ValueTask<long?> CountWaitingAsync(IReadOnlyDictionary<string, Checkpoint> done, CancellationToken cancellation)
        => ListError is { } error
            ? ValueTask.FromException<long?>(error)
            : ValueTask.FromResult<long?>(_shards.Values.Sum(s => s.Count - (done.GetValueOrDefault(s.Id)?.Next ?? s.First)));

    public async ValueTask DisposeAsync()
    {
        Open--;
        if (Silent)
        {
            await _answers.Task;
        }
    }

    /// <summary>Lets what hangs end.</summary>
    public void Recover()
    {
        Silent = false;
        _answers.TrySetResult();
    }

    private sealed class Reader(FakeSource source, FakeShard shard, long next) : IShardReader
    {
        private long _next = next;

        public async ValueTask<RecordPage> ReadAsync(int maximum, CancellationToken cancellation)
        {
            source.Reads++;
            if (shard.TakeError() is { } error)
            {
                throw error;
            }

            await shard.WaitAsync(_next, cancellation);
            var page = new RecordPage();
            _next = Math.Max(_next, shard.First);
            foreach (var text in shard.From(_next).Take(maximum))
            {
                page.Add(new Record(_next++, Encoding.UTF8.GetBytes(text.Split('=')[0]), Encoding.UTF8.GetBytes(text), 1_000));
            }

            page.EndPosition = shard.Count;
            page.EndOfShard = shard.Closed && _next == shard.Count;
            return page;
        }

        public ValueTask CommitAsync(Checkpoint checkpoint, CancellationToken cancellation)
        {
            lock (source._guard)
            {
                source.Commits.Add((shard.Id, checkpoint));
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
