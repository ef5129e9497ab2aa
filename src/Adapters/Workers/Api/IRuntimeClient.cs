using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers.Api;

/// <summary>What asks the Runtime API for events and answers them: a worker process, or the remote workers of one function.</summary>
internal interface IRuntimeClient
{
    /// <summary>The client asks for its next event: waits for one. Null: there is none and will be none on this request.</summary>
    /// <param name="allowed">False: it has an event that it did not answer yet.</param>
    Task<WorkerInvocation?> PollAsync(out bool allowed);

    /// <summary>The connection of a waiting request is gone.</summary>
    void StopPolling(Task<WorkerInvocation?> waiting);

    /// <summary>The sending of an event is over. One that did not get through is there for the next request.</summary>
    void StopSending(WorkerInvocation invocation, bool isSent);

    /// <summary>The client begins to answer: finds what it answers.</summary>
    AnswerCheck BeginAnswer(ReadOnlySpan<char> id, out WorkerInvocation? invocation);

    /// <summary>The answer broke off: another one may come.</summary>
    void DropAnswer(WorkerInvocation invocation);

    /// <summary>The answer is complete.</summary>
    void FinishAnswer(WorkerInvocation invocation, InvocationOutcome outcome);

    /// <summary>The client reports that it cannot be initialised; false where it had been already.</summary>
    bool TryRefuse(InvocationOutcome.FunctionError error);
}
