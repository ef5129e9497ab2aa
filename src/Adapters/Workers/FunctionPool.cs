using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>
/// The workers of one plan. The one used last is used next, so that those not needed grow old and are ended. There are
/// never more workers than invocations may run at a time.
/// </summary>
internal sealed class FunctionPool(FunctionPlan plan, WorkerHost host)
{
    private const int Attempts = 3;

    /// <summary>Cold starts at a time: more of them only make each slower, and workers may become free meanwhile.</summary>
    private static readonly int StartsAtOnce = 2 * Environment.ProcessorCount;

    private readonly Lock _gate = new();
    private readonly List<Worker> _idle = [];
    private readonly SemaphoreSlim _free = new(host.Config.MaximumPerFunction);
    private readonly SemaphoreSlim _starts = new(StartsAtOnce);
    private readonly WorkerStarter _starter = new(plan, host);
    private readonly SemaphoreSlim _provisioning = new(1);
    private readonly List<Worker> _kept = [];
    private bool _retired;

    /// <summary>Workers that wait for an event.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count(static worker => !worker.HasEnded);
            }
        }
    }

    /// <summary>Runs one event on a warm worker or a new one.</summary>
    /// <param name="called">The plan as the caller named it; the same but for the ARN, which may be an alias.</param>
    /// <param name="request">The event.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<InvocationOutcome> InvokeAsync(
        FunctionPlan called, InvocationRequest request, CancellationToken cancellation)
    {
        if (!await EnterAsync(request, cancellation))
        {
            return new InvocationOutcome.Throttled(InvocationOutcome.Throttled.AccountLimit, TimeSpan.FromSeconds(1));
        }

        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                if (await RunAsync(called, request, cancellation) is { } outcome)
                {
                    return outcome;
                }
            }

            return new InvocationOutcome.Failed(new ServiceException(
                ServiceErrorKind.Internal, $"The workers of {plan.Config.Name} end before they take an event"));
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>
    /// Keeps so many workers that were started for it and have not ended, busy or idle; returns how many there are then, and why
    /// not all. Fewer than before: the rest is left to grow old.
    /// </summary>
    public async ValueTask<ProvisionResult> ProvisionAsync(int workers, CancellationToken cancellation)
    {
        await _provisioning.WaitAsync(cancellation);
        try
        {
            while (Kept(workers) is var kept && kept < workers)
            {
                var (worker, error) = await _starter.ProvisionAsync(cancellation);
                if (worker is null)
                {
                    return new ProvisionResult(kept, error);
                }

                lock (_gate)
                {
                    _kept.Add(worker);
                }

                await PutBackAsync(worker);
                if (_retired)
                {
                    return new ProvisionResult(0);
                }
            }

            return new ProvisionResult(workers);
        }
        finally
        {
            _provisioning.Release();
        }
    }

    /// <summary>Ends idle workers now and busy ones after their event.</summary>
    public async Task RetireAsync()
    {
        Worker[] idle;
        lock (_gate)
        {
            _retired = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        await EndAsync(idle);
    }

    /// <summary>Ends workers that nobody used for a time.</summary>
    /// <param name="before">The clock's timestamp before which they became idle.</param>
    public async Task ReapAsync(long before)
    {
        Worker[] old;
        lock (_gate)
        {
            old = [.. _idle.Where(worker => worker.HasEnded || (worker.IdleSince <= before && !_kept.Contains(worker)))];
            _idle.RemoveAll(old.Contains);
        }

        await EndAsync(old);
    }

    private int Kept(int wanted)
    {
        lock (_gate)
        {
            _kept.RemoveAll(static worker => worker.HasEnded);
            _kept.RemoveRange(Math.Min(wanted, _kept.Count), Math.Max(0, _kept.Count - wanted));
            return _kept.Count;
        }
    }

    private async ValueTask<bool> EnterAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (_free.Wait(0, CancellationToken.None))
        {
            return true;
        }

        if (request.WaitForPermit)
        {
            await _free.WaitAsync(cancellation);
        }

        return request.WaitForPermit;
    }

    /// <summary>Null: the worker ended before it took the event, so that another one can have it.</summary>
    private async ValueTask<InvocationOutcome?> RunAsync(
        FunctionPlan called, InvocationRequest request, CancellationToken cancellation)
    {
        var started = TakeIdle() is { } warm ? Warm(warm) : await StartAsync(request, cancellation);
        if (started.Worker is not { } worker)
        {
            return started.Outcome;
        }

        var run = new WorkerRun(called, host, worker, started.InitMs);
        var outcome = await run.InvokeAsync(request, started.Deadline, cancellation);
        await PutBackAsync(worker);
        return outcome;
    }

    /// <summary>
    /// A worker that became free while others started, or a new one. Who has waited for as long as a start may take does
    /// not wait any longer: starts that hang are then the function's own trouble.
    /// </summary>
    private async ValueTask<StartedWorker> StartAsync(InvocationRequest request, CancellationToken cancellation)
    {
        var mayStart = await _starts.WaitAsync(TimeSpan.FromSeconds(host.Config.InitSeconds), cancellation);
        try
        {
            return TakeIdle() is { } freed ? Warm(freed) : await _starter.StartAsync(request, cancellation);
        }
        finally
        {
            if (mayStart)
            {
                _starts.Release();
            }
        }
    }

    private StartedWorker Warm(Worker worker)
        => new(worker, host.Clock.GetUtcNow().AddSeconds(plan.Config.Timeout), InitMs: 0, Outcome: null);

    private Worker? TakeIdle()
    {
        lock (_gate)
        {
            _idle.RemoveAll(static worker => worker.HasEnded);
            var last = _idle.FindLastIndex(static worker => worker.IsPolling);
            last = last < 0 ? _idle.Count - 1 : last;
            if (last < 0)
            {
                return null;
            }

            var worker = _idle[last];
            _idle.RemoveAt(last);
            return worker;
        }
    }

    private async ValueTask PutBackAsync(Worker worker)
    {
        lock (_gate)
        {
            worker.IdleSince = host.Clock.GetTimestamp();
            if (!_retired && !worker.HasEnded)
            {
                _idle.Add(worker);
                return;
            }
        }

        await EndAsync([worker]);
    }

    private static async Task EndAsync(Worker[] workers)
    {
        foreach (var worker in workers)
        {
            worker.Kill();
        }

        await Task.WhenAll(workers.Select(worker => worker.Ended));
    }
}
