using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Pipeline.Permits;

namespace Dispatcher.Grains.Concurrency;

/// <summary>
/// The permits of this silo by key: each function with a reservation has permits of its own; the others share those of
/// <see cref="AccountConcurrency.UnreservedKey"/>. Not safe for several threads: <see cref="FunctionLimiter"/> holds a lock.
/// </summary>
/// <param name="config">The account's concurrency.</param>
/// <param name="time">The clock.</param>
/// <param name="isLent">Whether the permits are lent to this silo; else it has them all.</param>
internal sealed class PermitPools(DispatcherConfig config, TimeProvider time, bool isLent)
{
    private readonly Dictionary<string, PermitHolder> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PermitPool> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _until = new(StringComparer.Ordinal);
    private AccountConcurrency _account = AccountConcurrency.None;

    /// <summary>Whether a function is turned off: its reservation is 0.</summary>
    public bool IsOff(string function) => _account.ReservedOf(function) == 0;

    /// <summary>The key of a function's permits.</summary>
    public string KeyOf(string function) => KeyOf(_account, function);

    /// <summary>The permits that a function takes part in; those of a loan that has expired are taken away first.</summary>
    public PermitPool Of(string function) => Fresh(KeyOf(function));

    /// <summary>A function with its permits.</summary>
    public PermitHolder Holder(string function)
    {
        if (!_functions.TryGetValue(function, out var holder))
        {
            _functions[function] = holder = new PermitHolder(function);
        }

        return holder;
    }

    /// <summary>What is done with the permits of a key now.</summary>
    public PermitUse Use(string key)
    {
        var pool = Fresh(key);
        return new PermitUse(pool.Allowed, pool.Inside, pool.Waiting);
    }

    /// <summary>Sets how many permits of a key this silo may use, and until which time stamp.</summary>
    public void Lend(string key, int permits, long until)
    {
        var pool = Pool(key);
        _until[key] = until;
        pool.Allow(permits);
    }

    /// <summary>Gives back all permits of a key, if nothing runs or waits.</summary>
    public bool TryGiveBack(string key)
    {
        var pool = Pool(key);
        if (pool.Inside + pool.Waiting > 0)
        {
            return false;
        }

        pool.Allow(0);
        return true;
    }

    /// <summary>Takes over what is set aside of the account's concurrency.</summary>
    public void Apply(AccountConcurrency account)
    {
        foreach (var holder in _functions.Values)
        {
            Move(holder, account);
        }

        _account = account;
        foreach (var idle in _functions.Values.Where(h => h.IsIdle).ToList())
        {
            _functions.Remove(idle.Name);
        }

        SetFloors();
        if (!isLent)
        {
            Resize();
        }
    }

    private static string KeyOf(AccountConcurrency account, string function)
        => account.Reserved.ContainsKey(function) ? function : AccountConcurrency.UnreservedKey;

    /// <summary>Moves a function with what runs and waits of it to the permits that are to be its own now.</summary>
    private void Move(PermitHolder holder, AccountConcurrency account)
    {
        var (from, to) = (KeyOf(_account, holder.Name), KeyOf(account, holder.Name));
        if (from != to)
        {
            Pool(from).Remove(holder);
            Pool(to).Add(holder);
        }

        if (account.ReservedOf(holder.Name) == 0)
        {
            Pool(to).Refuse(holder, PermitAnswer.TurnedOff);
        }
    }

    /// <summary>What is provisioned of functions without a reservation may run besides what they share; not where a cluster lends.</summary>
    private void SetFloors()
    {
        foreach (var name in _account.Provisioned.Keys.Select(key => key[..key.IndexOf(':')]).Concat(_functions.Keys).Distinct(StringComparer.Ordinal).ToList())
        {
            Of(name).SetFloor(Holder(name), !isLent && _account.ReservedOf(name) is null ? _account.ProvisionedOf(name) : 0);
        }
    }

    private void Resize()
    {
        foreach (var (key, pool) in _pools)
        {
            pool.Allow(Cap(key));
        }
    }

    private int Cap(string key)
        => key == AccountConcurrency.UnreservedKey ? _account.Shared(config.AccountConcurrency) : _account.ReservedOf(key) ?? 0;

    private PermitPool Fresh(string key)
    {
        var pool = Pool(key);
        if (isLent && pool.Allowed > 0 && time.GetTimestamp() >= _until.GetValueOrDefault(key))
        {
            pool.Allow(0);
        }

        return pool;
    }

    private PermitPool Pool(string key)
    {
        if (!_pools.TryGetValue(key, out var pool))
        {
            _pools[key] = pool = new PermitPool();
            pool.Allow(isLent ? 0 : Cap(key));
        }

        return pool;
    }
}
