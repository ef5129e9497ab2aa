namespace Dispatcher.Grains.Concurrency;

/// <summary>What is lent to this silo of a mapping's maximum. Used under the lock of its gate.</summary>
/// <param name="key">The key that it is lent under.</param>
/// <param name="lender">Who asks for it; null before the silo has started.</param>
/// <param name="time">The clock.</param>
internal sealed class GateLoan(string key, Func<IPermitLoans?> lender, TimeProvider time)
{
    private int _permits;
    private long _until;

    /// <summary>Permits that may be used now.</summary>
    public int Permits => _permits > 0 && time.GetTimestamp() < _until ? _permits : 0;

    /// <summary>Sets them, and the clock's time stamp until which they hold.</summary>
    public void Set(int permits, long until) => (_permits, _until) = (permits, until);

    /// <summary>A batch waits and nothing runs here that would make the silo report soon by itself.</summary>
    public void Want() => lender()?.Want(key);

    /// <summary>The mapping's maximum was changed.</summary>
    public void Changed() => lender()?.Changed(key);
}
