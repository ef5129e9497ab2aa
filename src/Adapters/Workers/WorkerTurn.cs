namespace Dispatcher.Adapters.Workers;

/// <summary>A call that waits for a worker. Kept by <see cref="FreeWorkers"/>.</summary>
/// <param name="began">The clock's timestamp at which it began to wait.</param>
internal sealed class WorkerTurn(long began)
{
    private readonly TaskCompletionSource<Worker> _given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Began => began;

    /// <summary>The worker, once one is free; never completes after a withdrawal.</summary>
    public Task<Worker> Given => _given.Task;

    /// <summary>It is this call's turn.</summary>
    public void Give(Worker worker) => _given.SetResult(worker);
}
