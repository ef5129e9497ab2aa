using Dispatcher.Contracts;
using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// Hands out the permits that this silo has: all there are where it is the only one, else those that were lent to it.
/// <see cref="PermitPools"/> says whose they are.
/// </summary>
/// <param name="config">The account's concurrency.</param>
/// <param name="time">The clock.</param>
/// <param name="isLent">Whether the permits are lent to this silo; else it has them all.</param>
internal sealed class FunctionLimiter(DispatcherConfig config, TimeProvider time, bool isLent = false) : ILentPermits
{
    private readonly Lock _guard = new();
    private readonly PermitPools _pools = new(config, time, isLent);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Written under the lock. Read without it before a poll: an old answer costs one more read, or one more look under the lock.
    private volatile bool _anyOff;

    /// <summary>Who borrows permits for this silo; null where it has them all.</summary>
    public IPermitLoans? Loans { get; set; }

    /// <summary>
    /// Wants a permit for one invocation. That of a mapping or an asynchronous event waits as long as it takes. A synchronous
    /// call waits only where those have the permits, so that they cannot keep it out for ever, and only for
    /// <see cref="Limits.SyncTurnMs"/>.
    /// </summary>
    /// <param name="function">The function's name.</param>
    /// <param name="flow">The flow that takes turns with others: a mapping's UUID, <c>async</c>; null for a synchronous call.</param>
    /// <param name="cancellation">Gives up.</param>
    public ValueTask<PermitAnswer> EnterAsync(string function, string? flow, CancellationToken cancellation)
    {
        lock (_guard)
        {
            if (TryEnter(function, flow is not null) is var answer && answer != PermitAnswer.Full)
            {
                return new(answer);
            }
        }

        return flow is null ? EnterSyncAsync(function, cancellation) : new(WaitAsync(function, flow, cancellation));
    }

    /// <summary>An invocation that was let in has ended.</summary>
    public void Leave(string function, bool background)
    {
        lock (_guard)
        {
            // A permit whose loan has expired meanwhile is not handed on.
            _pools.Of(function).Leave(_pools.Holder(function), background);
        }
    }

    /// <summary>Whether a call would be told that the function is turned off.</summary>
    public bool IsOff(string function)
    {
        lock (_guard)
        {
            return _pools.IsOff(function);
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
            _pools.Apply(account);
            _anyOff = account.Reserved.Values.Contains(0);
        }

        changed.SetResult();
        Loans?.Changed();
    }

    /// <inheritdoc/>
    public void Lend(string key, int permits, long until)
    {
        lock (_guard)
        {
            _pools.Lend(key, permits, until);
        }
    }

    /// <inheritdoc/>
    public bool TryGiveBack(string key)
    {
        lock (_guard)
        {
            return _pools.TryGiveBack(key);
        }
    }

    /// <inheritdoc/>
    public PermitUse Use(string key)
    {
        lock (_guard)
        {
            return _pools.Use(key);
        }
    }

    /// <summary>The key of a function's permits.</summary>
    public string KeyOf(string function)
    {
        lock (_guard)
        {
            return _pools.KeyOf(function);
        }
    }

    private PermitAnswer TryEnter(string function, bool background)
        => _anyOff && _pools.IsOff(function) ? PermitAnswer.TurnedOff
            : _pools.Of(function).TryEnter(_pools.Holder(function), background) ? PermitAnswer.Entered
            : PermitAnswer.Full;

    private async ValueTask<PermitAnswer> EnterSyncAsync(string function, CancellationToken cancellation)
    {
        if (Loans is not null)
        {
            await Loans.AskAsync(KeyOf(function), cancellation);
        }

        PermitWaiter waiter;
        lock (_guard)
        {
            var pool = _pools.Of(function);
            if (TryEnter(function, background: false) is var answer
                && (answer != PermitAnswer.Full || pool.Background == 0 || pool.SyncWaiting >= pool.Allowed))
            {
                return answer;
            }

            waiter = pool.Wait(_pools.Holder(function), PermitQueue.Sync);
        }

        await using (time.CreateTimer(_ => Expire(waiter), null, TimeSpan.FromMilliseconds(Limits.SyncTurnMs), Timeout.InfiniteTimeSpan))
        {
            return await AnswerAsync(waiter, cancellation);
        }
    }

    private async Task<PermitAnswer> WaitAsync(string function, string flow, CancellationToken cancellation)
    {
        PermitWaiter waiter;
        string key;
        lock (_guard)
        {
            if (TryEnter(function, background: true) is var answer && answer != PermitAnswer.Full)
            {
                return answer;
            }

            waiter = _pools.Of(function).Wait(_pools.Holder(function), flow);
            key = _pools.KeyOf(function);
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
            if (_pools.Of(waiter.Queue.Holder.Name).GiveUp(waiter))
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
            if (!_pools.Of(holder.Name).GiveUp(waiter) && waiter.Answer.Result == PermitAnswer.Entered)
            {
                _pools.Of(holder.Name).Leave(holder, waiter.Queue.IsBackground);
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
                if (!_pools.IsOff(function))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }
}
