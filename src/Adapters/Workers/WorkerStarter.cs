using Dispatcher.Adapters.Runtimes;
using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>
/// Cold starts of one plan, as Lambda makes them: the initialisation gets its own time; where it fails it is tried once
/// more inside the invocation, on the function's time, and only that failure is the caller's.
/// </summary>
internal sealed partial class WorkerStarter(FunctionPlan plan, WorkerHost host)
{
    private readonly Microsoft.Extensions.Logging.ILogger<WorkerStarter> _log = host.Log<WorkerStarter>();

    /// <summary>Starts a worker that is ready for its first event.</summary>
    public async ValueTask<StartedWorker> StartAsync(InvocationRequest request, CancellationToken cancellation)
    {
        try
        {
            var first = await TryAsync(TimeSpan.FromSeconds(host.Config.InitSeconds), provisioned: false, cancellation);
            if (first.Start is WorkerStart.Ready)
            {
                return Ready(first.Worker, Now().AddSeconds(plan.Config.Timeout), first.Ms);
            }

            LogInitFailed(plan.Config.Name, Describe(first.Start));
            var deadline = Now().AddSeconds(plan.Config.Timeout);
            var second = await TryAsync(TimeSpan.FromSeconds(plan.Config.Timeout), provisioned: false, cancellation);
            return second.Start is WorkerStart.Ready
                ? Ready(second.Worker, deadline, second.Ms)
                : Failed(second.Worker, second.Start, second.Ms, request, await WhyNotRunAsync(second.Start, cancellation));
        }
        catch (ServiceException error)
        {
            LogNoWorker(plan.Config.Name, error.Message);
            var failed = new InvocationOutcome.Failed(AtInvoke(error)) { ExecutedVersion = plan.Config.Version };
            return new StartedWorker(null, default, 0, failed);
        }
    }

    /// <summary>Starts a worker that no call waits for; null and why where its initialisation fails.</summary>
    /// <param name="provisioned">Whether it is kept ready.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<(Worker? Worker, string? Error)> WarmAsync(bool provisioned, CancellationToken cancellation)
    {
        try
        {
            var (worker, start, _) = await TryAsync(TimeSpan.FromSeconds(host.Config.InitSeconds), provisioned, cancellation);
            if (start is WorkerStart.Ready)
            {
                return (worker, null);
            }

            LogInitFailed(plan.Config.Name, Describe(start));
            return (null, Describe(start));
        }
        catch (ServiceException error)
        {
            LogNoWorker(plan.Config.Name, error.Message);
            return (null, error.Message);
        }
    }

    private static StartedWorker Ready(Worker worker, DateTimeOffset deadline, double ms) => new(worker, deadline, ms, null);

    private ValueTask<string?> WhyNotRunAsync(WorkerStart start, CancellationToken cancellation)
        => start is WorkerStart.Exited ? host.EntrypointProblemAsync(plan, cancellation) : ValueTask.FromResult<string?>(null);

    private StartedWorker Failed(Worker worker, WorkerStart start, double ms, InvocationRequest request, string? problem)
    {
        InvocationOutcome outcome = start switch
        {
            _ when host.IsClosing => new InvocationOutcome.Failed(WorkerRun.Closing()),
            WorkerStart.Refused refused => refused.Error,
            WorkerStart.TimedOut => FunctionErrors.TimedOut(plan, request.RequestId),
            _ when problem is not null => FunctionErrors.InvalidEntrypoint(request.RequestId, problem),
            _ => FunctionErrors.Exited(request.RequestId, (start as WorkerStart.Exited)?.Ending),
        };
        var tail = worker.Log.End(request.LogTail, () => LastLines(worker, outcome as InvocationOutcome.FunctionError, ms, request.RequestId));
        return new StartedWorker(null, default, 0, outcome with { ExecutedVersion = plan.Config.Version, LogTail = tail });
    }

    /// <summary>What follows the output of an initialisation that failed inside an invocation: there was no event.</summary>
    private string LastLines(Worker worker, InvocationOutcome.FunctionError? error, double ms, Guid request)
    {
        var status = error?.ErrorType == FunctionErrors.TimeoutType ? "Status: timeout" : $"Status: error\tError Type: {error?.ErrorType}";
        return $"START RequestId: {request} Version: {plan.Config.Version}\n"
            + ReportLines.Of(plan.Config, request, ms, 0, worker.Process.PeakMegabytes(), status);
    }

    private async ValueTask<(Worker Worker, WorkerStart Start, double Ms)> TryAsync(TimeSpan time, bool provisioned, CancellationToken cancellation)
    {
        var began = host.Clock.GetTimestamp();
        var worker = await host.StartAsync(plan, provisioned, cancellation);
        WorkerStart? start = null;
        try
        {
            start = await worker.Start.WaitAsync(time, host.Clock, cancellation);
        }
        catch (TimeoutException)
        {
            start = new WorkerStart.TimedOut();
        }
        finally
        {
            if (start is not WorkerStart.Ready)
            {
                worker.Kill();
                await worker.Ended;
            }
        }

        return (worker, start, host.Clock.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>What was a wrong parameter at creation is a runtime that cannot be used when it is invoked.</summary>
    private static ServiceException AtInvoke(ServiceException error) => error.Kind == ServiceErrorKind.InvalidParameterValue
        ? new ServiceException(ServiceErrorKind.InvalidRuntime, error.Message, error)
        : error;

    private DateTimeOffset Now() => host.Clock.GetUtcNow();

    private static string Describe(WorkerStart start) => start switch
    {
        WorkerStart.Refused refused => refused.Error.ErrorType,
        WorkerStart.Exited exited => exited.Ending ?? "it ended without a reason",
        _ => "it took too long",
    };
}
