using Dispatcher.Contracts;
using Dispatcher.Contracts.Invocations;

namespace Dispatcher.Adapters.Workers;

/// <summary>
/// Finds workers of one plan for calls: one that is free, or soon free, or a new one. A cold start costs a hundred times what a short
/// call takes and slows down all that runs beside it, so a call waits where its turn comes soon. Once calls have waited together for as
/// long as a start takes, a worker is started that nobody waits for, unless the processors have no time for one more. A call that
/// starts a worker takes one that is free before that.
/// </summary>
internal sealed class WorkerSupply(FunctionPlan plan, WorkerHost host, FreeWorkers workers)
{
    /// <summary>Cold starts at a time: more of them only make each slower, and workers may become free meanwhile.</summary>
    private static readonly int StartsAtOnce = 2 * Environment.ProcessorCount;

    private readonly WorkerStarter _starter = new(plan, host);
    private readonly SemaphoreSlim _starts = new(StartsAtOnce);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _adopted = [];
    private Task _growing = Task.CompletedTask;
    private double _startMs = 100;

    /// <summary>A worker for a call; hand it back with <see cref="PutBackAsync"/> after <see cref="FreeWorkers.Ran"/>.</summary>
    public async ValueTask<StartedWorker> TakeAsync(InvocationRequest request, CancellationToken cancellation)
    {
        if (workers.TakeOrWait(out var turn) is { } warm)
        {
            return Warm(warm);
        }

        try
        {
            return await WaitAsync(turn!, cancellation) ? Warm(await turn!.Given) : await StartAsync(turn!, request, cancellation);
        }
        catch when (!workers.Withdraw(turn!) && turn!.Given.IsCompleted)
        {
            workers.Ran(null);
            await PutBackAsync(await turn.Given);
            throw;
        }
    }

    /// <summary>Starts a worker that is kept ready; null and why where it cannot be initialised.</summary>
    public ValueTask<(Worker? Worker, string? Error)> ProvisionAsync(CancellationToken cancellation)
        => _starter.WarmAsync(provisioned: true, cancellation);

    /// <summary>A worker is free.</summary>
    public async ValueTask PutBackAsync(Worker worker)
    {
        if (!workers.TryAdd(worker))
        {
            worker.Kill();
            await worker.Ended;
        }
    }

    /// <summary>Starts no more workers but those that a call waits for.</summary>
    public async Task StopAsync()
    {
        Task[] starts;
        lock (_gate)
        {
            _stop.Cancel();
            starts = [_growing, .. _adopted];
        }

        await Task.WhenAll(starts);
    }

    private StartedWorker Warm(Worker worker)
        => new(worker, host.Clock.GetUtcNow().AddSeconds(plan.Config.Timeout), InitMs: 0, Outcome: null);

    /// <summary>Waits for a turn that comes soon; false: it does not, or did not.</summary>
    private async ValueTask<bool> WaitAsync(WorkerTurn turn, CancellationToken cancellation)
    {
        if (!workers.IsSoon)
        {
            return false;
        }

        Grow();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(turn.Given, Task.Delay(TimeSpan.FromMilliseconds(Limits.WorkerTurnMs), host.Clock, over.Token));
        await over.CancelAsync();
        return turn.Given.IsCompleted;
    }

    /// <summary>A worker that became free meanwhile, or a new one.</summary>
    private async ValueTask<StartedWorker> StartAsync(WorkerTurn turn, InvocationRequest request, CancellationToken cancellation)
    {
        var mayStart = await PlaceAsync(turn, cancellation);
        if (turn.Given.IsCompleted)
        {
            Leave(mayStart);
            return Warm(await turn.Given);
        }

        var stop = new CancellationTokenSource();
        var start = StartAsync(request, mayStart, stop.Token);
        await using (cancellation.UnsafeRegister(Cancel, stop))
        {
            await Task.WhenAny(start, turn.Given);
        }

        if (!workers.Withdraw(turn))
        {
            Adopt(start, stop);
            return Warm(await turn.Given);
        }

        stop.Dispose();
        var started = await start;
        if (started.Worker is not null)
        {
            workers.Started();
        }

        return started;
    }

    /// <summary>
    /// Waits for a place among those that start, or for its turn. Who has waited for as long as a start may take does
    /// not wait any longer: starts that hang are then the function's own trouble.
    /// </summary>
    /// <returns>Whether there is a place, which <see cref="Leave"/> gives up.</returns>
    private async ValueTask<bool> PlaceAsync(WorkerTurn turn, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var place = _starts.WaitAsync(TimeSpan.FromSeconds(host.Config.InitSeconds), over.Token);
        await Task.WhenAny(place, turn.Given);
        await over.CancelAsync();
        await ((Task)place).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var mayStart = place.IsCompletedSuccessfully && await place;
        if (cancellation.IsCancellationRequested)
        {
            Leave(mayStart);
            cancellation.ThrowIfCancellationRequested();
        }

        return mayStart;
    }

    private void Leave(bool place)
    {
        if (place)
        {
            _starts.Release();
        }
    }

    private async Task<StartedWorker> StartAsync(InvocationRequest request, bool place, CancellationToken stop)
    {
        try
        {
            return await _starter.StartAsync(request, stop);
        }
        finally
        {
            Leave(place);
        }
    }

    /// <summary>The call that began a start has found another worker: the new one is for the next.</summary>
    private void Adopt(Task<StartedWorker> start, CancellationTokenSource stop)
    {
        lock (_gate)
        {
            _adopted.RemoveAll(static one => one.IsCompleted);
            _adopted.Add(AdoptAsync(start, stop));
        }
    }

    private async Task AdoptAsync(Task<StartedWorker> start, CancellationTokenSource stop)
    {
        using (stop)
        await using (_stop.Token.UnsafeRegister(Cancel, stop))
        {
            await ((Task)start).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        }

        if (start.IsCompletedSuccessfully && (await start).Worker is { } worker)
        {
            await PutBackAsync(worker);
        }
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();

    private void Grow()
    {
        lock (_gate)
        {
            if (_growing.IsCompleted && !_stop.IsCancellationRequested && workers.HaveWaited(_startMs) && host.Processors.HaveTime)
            {
                _growing = Task.Run(GrowAsync, CancellationToken.None);
            }
        }
    }

    /// <summary>Starts a worker for whoever comes. Where that fails the next try is later and later; who cannot wait tries by himself.</summary>
    private async Task GrowAsync()
    {
        try
        {
            var began = host.Clock.GetTimestamp();
            var (worker, _) = await _starter.WarmAsync(provisioned: false, _stop.Token);
            _startMs = worker is null ? 2 * Math.Max(_startMs, 1_000) : host.Clock.GetElapsedTime(began).TotalMilliseconds;
            if (worker is not null)
            {
                await PutBackAsync(worker);
            }
        }
        catch (OperationCanceledException)
        {
            // the version is replaced, or the server stops
        }
    }
}
