namespace Dispatcher.Cluster.Tests.Cluster;

/// <summary>An invocation that runs until the test ends it.</summary>
/// <param name="Silo">Where it runs.</param>
internal sealed record HeldCall(string Silo)
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _end.Task;

    public void End() => _end.TrySetResult();
}
