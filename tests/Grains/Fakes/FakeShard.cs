using Dispatcher.Contracts.Sources;

namespace Dispatcher.Grains.Tests.Fakes;

/// <summary>One shard: texts <c>key=value</c>, their position is their index and where the shard begins.</summary>
internal sealed class FakeShard(string id, string[] parents, long first)
{
    private readonly Lock _guard = new();
    private readonly List<string> _records = [];
    private readonly Queue<SourceException> _errors = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public string[] Parents => parents;

    public long First => first;

    public bool Closed { get; private set; }

    public long Count
    {
        get
        {
            lock (_guard)
            {
                return first + _records.Count;
            }
        }
    }

    public void Put(params string[] records) => Change(() => _records.AddRange(records));

    public void Close() => Change(() => Closed = true);

    /// <summary>The next read fails.</summary>
    public void Fail(SourceException error) => Change(() => _errors.Enqueue(error));

    public SourceException? TakeError()
    {
        lock (_guard)
        {
            return _errors.TryDequeue(out var error) ? error : null;
        }
    }

    public List<string> From(long position)
    {
        lock (_guard)
        {
            return _records.GetRange((int)(position - first), _records.Count - (int)(position - first));
        }
    }

    public async Task WaitAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (_guard)
            {
                if (first + _records.Count > position || Closed)
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellation);
        }
    }

    private void Change(Action change)
    {
        lock (_guard)
        {
            change();
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
