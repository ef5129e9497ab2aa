namespace Dispatcher.Adapters.Postgres;

/// <summary>A log that somebody in this process waits for.</summary>
internal sealed class WatchedLog
{
    private readonly Lock _lock = new();
    private LogState? _state;
    private bool _gone;
    private bool _dropped;
    private TaskCompletionSource? _change;
    private Task? _loading;
    private int _waiters;
    private long _version;

    /// <summary>Whether somebody waits now.</summary>
    public bool HasWaiters => Volatile.Read(ref _waiters) > 0;

    /// <summary>Whether nothing is shown here any more.</summary>
    public bool IsDropped => Volatile.Read(ref _dropped);

    /// <summary>Rises with every change that was shown.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Counts somebody who waits.</summary>
    public void Enter() => Interlocked.Increment(ref _waiters);

    /// <summary>Counts them off.</summary>
    public void Leave() => Interlocked.Decrement(ref _waiters);

    /// <summary>Completes when the log's state was looked up; one look-up serves all who wait.</summary>
    public Task LoadedAsync(Func<Task> load)
    {
        lock (_lock)
        {
            return _state is not null || _gone ? Task.CompletedTask : _loading ??= load();
        }
    }

    /// <summary>Shows a state and wakes those who wait.</summary>
    public void Publish(LogState state) => Change(() => _state = _state is { } known ? known.With(state) : state);

    /// <summary>Shows that the log with this number was deleted; false where a later one of its name is known.</summary>
    public bool PublishGone(long id)
    {
        Change(() => _gone |= _state is not { } known || known.Id <= id);
        return _gone;
    }

    /// <summary>Nothing is shown here any more: who waits must look for the log's successor.</summary>
    public void Drop() => Change(() => _dropped = true);

    /// <summary>Shows that a look found no log, unless something was shown since that look began.</summary>
    public bool PublishMissing(long sinceVersion)
    {
        lock (_lock)
        {
            if (_version != sinceVersion)
            {
                return false;
            }
        }

        return PublishGone(long.MaxValue);
    }

    /// <summary>Whether a record at a position is still to come, and what completes with the next change then.</summary>
    public bool MustWait(long from, out Task change)
    {
        lock (_lock)
        {
            change = Task.CompletedTask;
            if (_gone || _dropped || _state is { Sealed: true } || from < _state?.Next)
            {
                return false;
            }

            _change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            change = _change.Task;
            return true;
        }
    }

    private void Change(Action apply)
    {
        TaskCompletionSource? change;
        lock (_lock)
        {
            apply();
            _version++;
            (change, _change) = (_change, null);
        }

        change?.SetResult();
    }
}
