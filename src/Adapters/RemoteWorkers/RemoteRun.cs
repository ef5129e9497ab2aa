using System.Text;
using Dispatcher.Adapters.Runtimes;
using Dispatcher.Adapters.Workers;
using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.RemoteWorkers;

/// <summary>One event with one remote worker, from being taken to its outcome.</summary>
internal sealed class RemoteRun(RemotePool pool, RemoteEvent taken, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private readonly WorkerInvocation _invocation = taken.Invocation;
    private ITimer? _grace;

    private FunctionPlan Plan => _invocation.Plan;

    /// <summary>
    /// Waits for the outcome. Null: the event did not reach the worker. A worker that took too long cannot be killed from here;
    /// its answer is refused when it comes.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the outcome is unknown.</exception>
    public async ValueTask<InvocationOutcome?> WaitAsync(CancellationToken cancellation)
    {
        var end = await EndAsync(cancellation);
        if (!_invocation.Sent.IsCompleted && end is not InvocationEnd.Answered)
        {
            taken.Worker.Abort(); // it reads the event so slowly that its time is over
        }

        await _invocation.Sent;
        await _invocation.Streamed;
        return end switch
        {
            InvocationEnd.Answered answered => Finish(answered.Outcome, "", ""),
            InvocationEnd.TimedOut => TimedOut(),
            InvocationEnd.Exited when _invocation.IsTaken => Finish(
                FunctionErrors.Exited(_invocation.Request.RequestId, null), "Status: error\tError Type: Runtime.ExitError", ""),
            InvocationEnd.Exited => null,
            _ => throw new OperationCanceledException(cancellation),
        };
    }

    private async ValueTask<InvocationEnd> EndAsync(CancellationToken cancellation)
    {
        try
        {
            await using (clock.CreateTimer(_ => _invocation.TryEnd(new InvocationEnd.TimedOut()), null, TimeSpan.FromSeconds(Plan.Config.Timeout), Timeout.InfiniteTimeSpan))
            await using (cancellation.UnsafeRegister(_ => _invocation.TryEnd(new InvocationEnd.Cancelled()), null))
            await using (taken.Worker.Lost.UnsafeRegister(_ => ConnectionLost(), null))
            {
                return await _invocation.End;
            }
        }
        finally
        {
            pool.Remove(_invocation);
            _grace?.Dispose();
        }
    }

    /// <summary>
    /// The connection that the event went through is closed. Clients keep it until they answer, so the worker is gone; but some
    /// close one that was idle for a minute, and open another one for the answer.
    /// </summary>
    private void ConnectionLost()
    {
        if (clock.GetElapsedTime(_began).TotalMilliseconds < Limits.RemoteIdleConnectionMs)
        {
            _grace = clock.CreateTimer(
                _ => pool.Lose(_invocation), null, TimeSpan.FromMilliseconds(Limits.RemoteAnswerGraceMs), Timeout.InfiniteTimeSpan);
        }
    }

    private InvocationOutcome TimedOut()
    {
        var request = _invocation.Request.RequestId;
        var line = FunctionErrors.TimeoutText(Plan, request, clock.GetUtcNow());
        return Finish(FunctionErrors.TimedOut(Plan, request), "Status: timeout", line + "\n");
    }

    private InvocationOutcome Finish(InvocationOutcome outcome, string status, string lastWords) => outcome with
    {
        ExecutedVersion = Plan.Config.Version,
        LogTail = _invocation.Request.LogTail ? Encoding.UTF8.GetBytes(Tail(status) + lastWords) : default,
    };

    /// <summary>Lambda's lines as far as they are known here; what the function wrote is in its pod's log.</summary>
    private string Tail(string status)
    {
        var ms = clock.GetElapsedTime(_began).TotalMilliseconds;
        return $"START RequestId: {_invocation.Id} Version: {Plan.Config.Version}\nEND RequestId: {_invocation.Id}\n"
            + $"REPORT RequestId: {_invocation.Id}\tDuration: {ms:F2} ms\tBilled Duration: {Math.Ceiling(ms)} ms"
            + $"\tMemory Size: {Plan.Config.MemorySize} MB\t{status}\n";
    }
}
