using Dispatcher.Contracts.Errors;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>The workers of one plan. There are never more than invocations may run at a time, but for one that is being started.</summary>
internal sealed class FunctionPool
{
    private const int Attempts = 3;

    private readonly FunctionPlan _plan;
    private readonly WorkerHost _host;
    private readonly FreeWorkers _workers;
    private readonly WorkerSupply _supply;
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _provisioning = new(1);
    private readonly Lock _gate = new();
    private readonly List<Worker> _kept = [];
    private volatile bool _retired;

    public FunctionPool(FunctionPlan plan, WorkerHost host)
    {
        (_plan, _host) = (plan, host);
        _free = new SemaphoreSlim(host.Config.MaximumPerFunction);
        _workers = new FreeWorkers(host.Clock);
        _supply = new WorkerSupply(plan, host, _workers);
    }

    /// <summary>Workers that wait for an event.</summary>
    public int Idle => _workers.Idle;

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
                ServiceErrorKind.Internal, $"The workers of {_plan.Config.Name} end before they take an event"));
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
                var (worker, error) = await _supply.ProvisionAsync(cancellation);
                if (worker is null)
                {
                    return new ProvisionResult(kept, error);
                }

                lock (_gate)
                {
                    _kept.Add(worker);
                }

                await _supply.PutBackAsync(worker);
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
        _retired = true;
        var idle = _workers.Close();
        await _supply.StopAsync();
        await EndAsync(idle);
    }

    /// <summary>Starts no more workers but those that a call waits for.</summary>
    public Task StopAsync() => _supply.StopAsync();

    /// <summary>Ends workers that nobody used for a time.</summary>
    /// <param name="before">The clock's timestamp before which they became idle.</param>
    public async Task ReapAsync(long before)
    {
        Worker[] kept;
        lock (_gate)
        {
            kept = [.. _kept];
        }

        await EndAsync(_workers.TakeWhere(worker => worker.HasEnded || (worker.IdleSince <= before && !kept.Contains(worker))));
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
        var started = await _supply.TakeAsync(request, cancellation);
        if (started.Worker is not { } worker)
        {
            return started.Outcome;
        }

        var began = _host.Clock.GetTimestamp();
        try
        {
            return await new WorkerRun(called, _host, worker, started.InitMs).InvokeAsync(request, started.Deadline, cancellation);
        }
        finally
        {
            _workers.Ran(_host.Clock.GetElapsedTime(began).TotalMilliseconds);
            await _supply.PutBackAsync(worker);
        }
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
