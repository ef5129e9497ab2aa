namespace Dispatcher.Adapters.Sqlite;

/// <summary>A write with a result.</summary>
internal abstract class ResultJob<T>(int bytes, CancellationToken cancellation) : WriteJob(bytes, cancellation)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    /// <summary>The caller's wait.</summary>
    public Task<T> Done => _done.Task;

    public override void Apply(Connection connection) => _result = Work(connection);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception exception) => _done.TrySetException(exception);

    public override void Cancel() => _done.TrySetCanceled(Cancellation);

    /// <summary>Writes; what it throws undoes it and reaches the caller.</summary>
    protected abstract T Work(Connection connection);
}
