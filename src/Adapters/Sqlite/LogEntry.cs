namespace Dispatcher.Adapters.Sqlite;

/// <summary>A log as readers see it: what is durable, and who waits for more.</summary>
internal sealed class LogEntry(LogView view)
{
    private readonly Lock _lock = new();
    private LogView? _view = view;
    private TaskCompletionSource? _change;

    /// <summary>What is durable; null where the log was deleted.</summary>
    public LogView? View => Volatile.Read(ref _view);

    /// <summary>Shows a new state (null: deleted) and wakes those who wait.</summary>
    public void Publish(LogView? view)
    {
        TaskCompletionSource? change;
        lock (_lock)
        {
            Volatile.Write(ref _view, view);
            (change, _change) = (_change, null);
        }

        change?.SetResult();
    }

    /// <summary>Whether a record at a position is still to come, and what completes with the next change then.</summary>
    public bool MustWait(long from, out Task change)
    {
        lock (_lock)
        {
            change = Task.CompletedTask;
            if (_view is null or { Sealed: true } || from < _view.Next)
            {
                return false;
            }

            _change ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            change = _change.Task;
            return true;
        }
    }
}
