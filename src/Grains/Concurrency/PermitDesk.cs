using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Hands out the permits that this silo has: all there are where it is the only one, else those that were lent to it. Each
/// function with a reservation has permits of its own; the others share those of <see cref="AccountConcurrency.UnreservedKey"/>.
/// </summary>
/// <param name="config">The account's concurrency.</param>
/// <param name="time">The clock.</param>
/// <param name="isLent">Whether the permits are lent to this silo; else it has them all.</param>
internal sealed class PermitDesk(DispatcherConfig config, TimeProvider time, bool isLent = false) : ILentPermits
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, PermitHolder> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PermitPool> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _until = new(StringComparer.Ordinal);
    private AccountConcurrency _account = AccountConcurrency.None;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _anyOff;

    /// <summary>Who borrows permits for this silo; null where it has them all.</summary>
    public IPermitLoans? Loans { get; set; }

    /// <summary>
    /// Wants a permit for one invocation. With a waiter it waits as long as it takes. A synchronous call waits only where
    /// mappings and asynchronous events have the permits, so that these cannot keep it out for ever, and only for
    /// <see cref="Limits.SyncTurnMs"/>.
    /// </summary>
    /// <param name="function">The function's name.</param>
    /// <param name="waiter">The kind of who waits; null for a synchronous call.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask<PermitAnswer> EnterAsync(string function, string? waiter, CancellationToken cancellation)
    {
        lock (_guard)
        {
            if (TryEnter(function, waiter is not null) is var answer && answer != PermitAnswer.Full)
            {
                return new(answer);
            }
        }

        return waiter is null ? HurryAsync(function, cancellation) : new(WaitAsync(function, waiter, cancellation));
    }

    /// <summary>An invocation that was let in has ended.</summary>
    public void Leave(string function, bool patient)
    {
        lock (_guard)
        {
            // A permit whose loan has expired meanwhile is not handed on.
            Pool(function).Leave(Holder(function), patient);
        }
    }

    /// <summary>Whether a call would be told that the function is turned off.</summary>
    public bool IsOff(string function)
    {
        lock (_guard)
        {
            return _account.ReservedOf(function) == 0;
        }
    }

    /// <summary>Waits until a function is not turned off.</summary>
    public ValueTask OnAsync(string function, CancellationToken cancellation) => _anyOff ? new(UntilOnAsync(function, cancellation)) : default;

    /// <summary>Takes over what is set aside of the account's concurrency; acts at once.</summary>
    public void Apply(AccountConcurrency account)
    {
        TaskCompletionSource changed;
        lock (_guard)
        {
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            foreach (var holder in _functions.Values)
            {
                Move(holder, account);
            }

            (_account, _anyOff) = (account, account.Reserved.Values.Contains(0));
            foreach (var idle in _functions.Values.Where(h => h.IsIdle).ToList())
            {
                _functions.Remove(idle.Name);
            }

            Resize();
        }

        changed.SetResult();
        Loans?.Changed();
    }

    /// <inheritdoc/>
    public void Lend(string key, int permits, long until)
    {
        lock (_guard)
        {
            var pool = PoolOf(key);
            _until[key] = until;
            pool.Allow(permits);
        }
    }

    /// <inheritdoc/>
    public bool TryGiveBack(string key)
    {
        lock (_guard)
        {
            var pool = PoolOf(key);
            if (pool.Inside + pool.Waiting > 0)
            {
                return false;
            }

            pool.Allow(0);
            return true;
        }
    }

    /// <summary>The keys that something runs or waits under, or that this silo has permits of.</summary>
    public IReadOnlyList<string> Keys()
    {
        lock (_guard)
        {
            return [.. _pools.Where(p => p.Value.Allowed + p.Value.Inside + p.Value.Waiting > 0).Select(p => p.Key)];
        }
    }

    /// <inheritdoc/>
    public PermitUse Use(string key)
    {
        lock (_guard)
        {
            var pool = FreshPool(key);
            return new PermitUse(pool.Allowed, pool.Inside, pool.Waiting);
        }
    }

    /// <summary>The key of a function's permits.</summary>
    public string KeyOf(string function)
    {
        lock (_guard)
        {
            return KeyIn(_account, function);
        }
    }

    private static string KeyIn(AccountConcurrency account, string function)
        => account.Reserved.ContainsKey(function) ? function : AccountConcurrency.UnreservedKey;

    private PermitAnswer TryEnter(string function, bool patient)
        => _anyOff && _account.ReservedOf(function) == 0 ? PermitAnswer.TurnedOff
            : Pool(function).TryEnter(Holder(function), patient) ? PermitAnswer.Entered
            : PermitAnswer.Full;

    private async ValueTask<PermitAnswer> HurryAsync(string function, CancellationToken cancellation)
    {
        if (Loans is not null)
        {
            await Loans.AskAsync(KeyOf(function), cancellation);
        }

        PermitWaiter waiter;
        lock (_guard)
        {
            var pool = Pool(function);
            if (TryEnter(function, patient: false) is var answer && (answer != PermitAnswer.Full || pool.Patient == 0 || pool.Hurried >= pool.Allowed))
            {
                return answer;
            }

            waiter = pool.Wait(Holder(function), PermitQueue.Sync);
        }

        await using (time.CreateTimer(_ => Expire(waiter), null, TimeSpan.FromMilliseconds(Limits.SyncTurnMs), Timeout.InfiniteTimeSpan))
        {
            return await AnswerAsync(waiter, cancellation);
        }
    }

    private async Task<PermitAnswer> WaitAsync(string function, string kind, CancellationToken cancellation)
    {
        PermitWaiter waiter;
        string key;
        lock (_guard)
        {
            if (TryEnter(function, patient: true) is var answer && answer != PermitAnswer.Full)
            {
                return answer;
            }

            waiter = Pool(function).Wait(Holder(function), kind);
            key = KeyIn(_account, function);
        }

        Loans?.Want(key);
        return await AnswerAsync(waiter, cancellation);
    }

    private async ValueTask<PermitAnswer> AnswerAsync(PermitWaiter waiter, CancellationToken cancellation)
    {
        try
        {
            return await waiter.Answer.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            GiveUp(waiter);
            throw;
        }
    }

    private void Expire(PermitWaiter waiter)
    {
        lock (_guard)
        {
            if (Pool(waiter.Queue.Holder.Name).GiveUp(waiter))
            {
                waiter.Tell(PermitAnswer.Full);
            }
        }
    }

    private void GiveUp(PermitWaiter waiter)
    {
        var holder = waiter.Queue.Holder;
        lock (_guard)
        {
            // It may have been let in at the moment of giving up.
            if (!Pool(holder.Name).GiveUp(waiter) && waiter.Answer.Result == PermitAnswer.Entered)
            {
                Pool(holder.Name).Leave(holder, waiter.Queue.Patient);
            }
        }
    }

    private async Task UntilOnAsync(string function, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_guard)
            {
                if (_account.ReservedOf(function) != 0)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Moves a function with what runs and waits of it to the permits that are to be its own now.</summary>
    private void Move(PermitHolder holder, AccountConcurrency account)
    {
        var (from, to) = (KeyIn(_account, holder.Name), KeyIn(account, holder.Name));
        if (from != to)
        {
            PoolOf(from).Remove(holder);
            PoolOf(to).Add(holder);
        }

        if (account.ReservedOf(holder.Name) == 0)
        {
            PoolOf(to).Refuse(holder, PermitAnswer.TurnedOff);
        }
    }

    /// <summary>Sets the floors, and the sizes where nobody lends.</summary>
    private void Resize()
    {
        foreach (var name in _account.Provisioned.Keys.Select(key => key[..key.IndexOf(':')]).Concat(_functions.Keys).Distinct(StringComparer.Ordinal).ToList())
        {
            Pool(name).SetFloor(Holder(name), !isLent && _account.ReservedOf(name) is null ? _account.ProvisionedOf(name) : 0);
        }

        if (isLent)
        {
            return;
        }

        foreach (var (key, pool) in _pools)
        {
            pool.Allow(Cap(key));
        }
    }

    private int Cap(string key)
        => key == AccountConcurrency.UnreservedKey ? _account.Shared(config.AccountConcurrency) : _account.ReservedOf(key) ?? 0;

    private PermitHolder Holder(string function)
    {
        if (!_functions.TryGetValue(function, out var holder))
        {
            _functions[function] = holder = new PermitHolder(function);
        }

        return holder;
    }

    private PermitPool Pool(string function) => FreshPool(KeyIn(_account, function));

    private PermitPool FreshPool(string key)
    {
        var pool = PoolOf(key);
        if (isLent && pool.Allowed > 0 && time.GetTimestamp() >= _until.GetValueOrDefault(key))
        {
            pool.Allow(0);
        }

        return pool;
    }

    private PermitPool PoolOf(string key)
    {
        if (!_pools.TryGetValue(key, out var pool))
        {
            _pools[key] = pool = new PermitPool();
            pool.Allow(isLent ? 0 : Cap(key));
        }

        return pool;
    }
}
