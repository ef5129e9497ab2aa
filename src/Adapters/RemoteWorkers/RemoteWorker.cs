using Dispatcher.Adapters.Workers;
using Dispatcher.Adapters.Workers.Api;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>The worker behind one request. Standard clients do not say who they are: it lives as long as the request or its event.</summary>
/// <param name="pool">The workers of its function version.</param>
/// <param name="name">What a proxy calls it; null where nobody tells.</param>
/// <param name="lost">
/// Cancelled when its connection closes; never where that says nothing, because a proxy or the client closes it after each request.
/// </param>
/// <param name="abort">Closes its connection.</param>
internal sealed class RemoteWorker(RemotePool pool, string? name, CancellationToken lost, Action abort) : IRuntimeClient
{
    public string? Name => name;

    public CancellationToken Lost => lost;

    /// <summary>Closes its connection: it does not read what is sent to it.</summary>
    public void Abort() => abort();

    /// <inheritdoc/>
    public Task<WorkerInvocation?> PollAsync(out bool allowed)
    {
        allowed = true;
        return pool.PollAsync(this);
    }

    /// <inheritdoc/>
    public void StopPolling(Task<WorkerInvocation?> waiting) => pool.StopPolling(waiting);

    /// <inheritdoc/>
    public void StopSending(WorkerInvocation invocation, bool isSent) => pool.StopSending(invocation, isSent);

    /// <inheritdoc/>
    public AnswerCheck BeginAnswer(ReadOnlySpan<char> id, out WorkerInvocation? invocation) => pool.BeginAnswer(id, out invocation);

    /// <inheritdoc/>
    public void DropAnswer(WorkerInvocation invocation) => pool.DropAnswer(invocation);

    /// <inheritdoc/>
    public void FinishAnswer(WorkerInvocation invocation, InvocationOutcome outcome)
    {
        pool.Remove(invocation);
        invocation.TryEnd(new InvocationEnd.Answered(outcome));
    }

    /// <inheritdoc/>
    public bool TryRefuse(InvocationOutcome.FunctionError error)
    {
        pool.ReportInitError(error);
        return true;
    }
}
