namespace Dispatcher.Adapters.Postgres;

/// <summary>One caller's write, waiting for its place in a transaction.</summary>
/// <param name="bytes">About how much it writes; limits the size of a transaction.</param>
/// <param name="cancellation">The caller's token; it counts only until the writer takes the job.</param>
internal abstract class GroupJob(int bytes, CancellationToken cancellation)
{
    /// <summary>About how much it writes.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>Whether the caller gave up before the writer came to it.</summary>
    public bool IsCancelled => Cancellation.IsCancellationRequested;

    /// <summary>The caller's token.</summary>
    protected CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Tells the caller what was noted: the transaction is durable.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that it failed, or that the outcome is not known.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Tells the caller that nothing was tried.</summary>
    public abstract void Cancel();
}

/// <summary>A write with a result, which is noted inside the transaction and told after it.</summary>
internal abstract class GroupJob<T>(int bytes, CancellationToken cancellation) : GroupJob(bytes, cancellation)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _refusal;

    /// <summary>The caller's wait.</summary>
    public Task<T> Done => _done.Task;

    /// <summary>Notes the result.</summary>
    public void Note(T result) => (_result, _refusal) = (result, null);

    /// <summary>Notes that this write was refused; others of the transaction were not.</summary>
    public void Refuse(Exception refusal) => _refusal = refusal;

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_refusal is null)
        {
            _done.TrySetResult(_result!);
        }
        else
        {
            _done.TrySetException(_refusal);
        }
    }

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _done.TrySetException(exception);

    /// <inheritdoc/>
    public override void Cancel() => _done.TrySetCanceled(Cancellation);
}
