using Dispatcher.Contracts;

namespace Dispatcher.Adapters.Workers;

/// <summary>
/// The workers of one plan that are free, and the calls that wait for one, first come, first served. The worker used last is used
/// next, so that those not needed grow old.
/// </summary>
internal sealed class FreeWorkers(TimeProvider clock)
{
    /// <summary>How much of the mean time of a call the last one is.</summary>
    private const double Weight = 0.1;

    private readonly Lock _gate = new();
    private readonly List<Worker> _idle = [];
    private readonly LinkedList<WorkerTurn> _turns = [];
    private int _busy;
    private double _meanMs = double.PositiveInfinity;
    private double _waitedMs;
    private bool _closed;

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

    /// <summary>
    /// Whether who waits now gets a worker within <see cref="Limits.WorkerTurnMs"/>, going by how long calls took. Never known
    /// before a call has ended.
    /// </summary>
    public bool IsSoon
    {
        get
        {
            lock (_gate)
            {
                return _busy > 0 && _meanMs * _turns.Count <= (double)Limits.WorkerTurnMs * _busy;
            }
        }
    }

    /// <summary>A free worker, or null and a turn to wait for.</summary>
    public Worker? TakeOrWait(out WorkerTurn? turn)
    {
        lock (_gate)
        {
            turn = null;
            if (TakeIdle() is { } worker)
            {
                _busy++;
                return worker;
            }

            turn = new WorkerTurn(clock.GetTimestamp());
            _turns.AddLast(turn);
            return null;
        }
    }

    /// <summary>Does not wait any more; false where a worker was given already.</summary>
    public bool Withdraw(WorkerTurn turn)
    {
        lock (_gate)
        {
            if (!_turns.Remove(turn))
            {
                return false;
            }

            _waitedMs += Since(turn);
            return true;
        }
    }

    /// <summary>Whether calls have waited together for as long as given since this was true last.</summary>
    public bool HaveWaited(double ms)
    {
        lock (_gate)
        {
            if (_waitedMs < ms)
            {
                return false;
            }

            _waitedMs = 0;
            return true;
        }
    }

    /// <summary>A worker was started for a call, which has it now.</summary>
    public void Started()
    {
        lock (_gate)
        {
            _busy++;
        }
    }

    /// <summary>A call with a worker is over; the worker is added again where it lives.</summary>
    /// <param name="ms">Milliseconds that it took; null: there was none.</param>
    public void Ran(double? ms)
    {
        lock (_gate)
        {
            _busy--;
            if (ms is { } time)
            {
                _meanMs = double.IsFinite(_meanMs) ? _meanMs + (Weight * (time - _meanMs)) : time;
            }
        }
    }

    /// <summary>Gives a worker to who waits longest, or keeps it; false where it has ended or is not needed any more.</summary>
    public bool TryAdd(Worker worker)
    {
        lock (_gate)
        {
            if (worker.HasEnded)
            {
                return false;
            }

            worker.IdleSince = clock.GetTimestamp();
            if (_turns.First is { } first)
            {
                _turns.Remove(first);
                _waitedMs += Since(first.Value);
                _busy++;
                first.Value.Give(worker);
                return true;
            }

            if (!_closed)
            {
                _idle.Add(worker);
            }

            return !_closed;
        }
    }

    /// <summary>Takes out all free workers that are like that.</summary>
    public Worker[] TakeWhere(Func<Worker, bool> wanted)
    {
        lock (_gate)
        {
            Worker[] taken = [.. _idle.Where(wanted)];
            _idle.RemoveAll(taken.Contains);
            return taken;
        }
    }

    /// <summary>Takes out all free workers; from now on only those who wait get one.</summary>
    public Worker[] Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        return TakeWhere(static _ => true);
    }

    private Worker? TakeIdle()
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

    private double Since(WorkerTurn turn) => clock.GetElapsedTime(turn.Began).TotalMilliseconds;
}
