using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>One event on one worker, from handing it over to its outcome.</summary>
/// <param name="plan">The function.</param>
/// <param name="host">Clock and state of the server.</param>
/// <param name="worker">The worker, taken from its pool.</param>
/// <param name="initMs">Milliseconds its initialisation took, for the first event; else 0.</param>
internal sealed class WorkerRun(FunctionPlan plan, WorkerHost host, Worker worker, double initMs)
{
    private readonly long _began = host.Clock.GetTimestamp();

    /// <summary>
    /// Runs the event. Null: the worker ended before it took it. A worker that timed out, or whose event nobody wants any
    /// more, is killed, and is gone when this returns.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up; the outcome is unknown.</exception>
    public async ValueTask<InvocationOutcome?> InvokeAsync(
        InvocationRequest request, DateTimeOffset deadline, CancellationToken cancellation)
    {
        var now = host.Clock.GetUtcNow();
        var invocation = new WorkerInvocation(plan, request, now, deadline);
        if (!worker.TryAssign(invocation))
        {
            return null;
        }

        var end = await WaitAsync(invocation, deadline - now, cancellation);
        await invocation.Sent;
        await invocation.Streamed;
        return end switch
        {
            InvocationEnd.Answered answered => Finish(request, answered.Outcome, "", ""),
            InvocationEnd.TimedOut => TimedOut(request),
            InvocationEnd.Exited when host.IsClosing => new InvocationOutcome.Failed(Closing()),
            InvocationEnd.Exited exited when invocation.IsTaken => Exited(request, exited.Ending),
            InvocationEnd.Exited => null,
            _ => throw new OperationCanceledException(cancellation),
        };
    }

    /// <summary>The server stops; nobody knows how far the function came.</summary>
    public static ServiceException Closing() => new(ServiceErrorKind.Internal, "The server is shutting down");

    private async ValueTask<InvocationEnd> WaitAsync(
        WorkerInvocation invocation, TimeSpan time, CancellationToken cancellation)
    {
        InvocationEnd end;
        await using (host.Clock.CreateTimer(TimeOut, invocation, time > TimeSpan.Zero ? time : TimeSpan.Zero, Timeout.InfiniteTimeSpan))
        await using (cancellation.UnsafeRegister(Cancel, invocation))
        {
            end = await invocation.End;
        }

        if (end is InvocationEnd.TimedOut or InvocationEnd.Cancelled)
        {
            worker.Kill();
            await worker.Ended;
        }

        return end;
    }

    private static void TimeOut(object? invocation) => ((WorkerInvocation)invocation!).TryEnd(new InvocationEnd.TimedOut());

    private static void Cancel(object? invocation) => ((WorkerInvocation)invocation!).TryEnd(new InvocationEnd.Cancelled());

    private InvocationOutcome TimedOut(InvocationRequest request)
    {
        var line = FunctionErrors.TimeoutText(plan, request.RequestId, host.Clock.GetUtcNow());
        return Finish(request, FunctionErrors.TimedOut(plan, request.RequestId), "Status: timeout", line + "\n");
    }

    private InvocationOutcome Exited(InvocationRequest request, string? ending)
    {
        var error = FunctionErrors.Exited(request.RequestId, ending);
        return Finish(request, error, $"Status: error\tError Type: {error.ErrorType}", $"RequestId: {request.RequestId} Error: Runtime exited {(ending is null ? "without providing a reason" : $"with error: {ending}")}\n{error.ErrorType}\n");
    }

    private InvocationOutcome Finish(InvocationRequest request, InvocationOutcome outcome, string status, string lastWords)
    {
        var tail = worker.Log.End(request.LogTail, () => LastLines(request.RequestId, status) + lastWords);
        return outcome with { ExecutedVersion = plan.Config.Version, LogTail = tail };
    }

    private string LastLines(Guid request, string status)
        => ReportLines.Of(plan.Config, request, host.Clock.GetElapsedTime(_began).TotalMilliseconds, initMs, worker.Process.PeakMegabytes(), status);
}
