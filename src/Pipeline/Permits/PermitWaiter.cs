namespace Dispatcher.Pipeline.Permits;

/// <summary>One that waits for a permit.</summary>
/// <param name="queue">Where it waits.</param>
internal sealed class PermitWaiter(PermitQueue queue)
{
    private readonly TaskCompletionSource<PermitAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it waits.</summary>
    public PermitQueue Queue => queue;

    /// <summary>Its place; null once it was answered or has given up.</summary>
    public LinkedListNode<PermitWaiter>? Place { get; set; }

    /// <summary>The answer.</summary>
    public Task<PermitAnswer> Answer => _answer.Task;

    /// <summary>Tells the answer.</summary>
    public void Tell(PermitAnswer answer) => _answer.TrySetResult(answer);
}
