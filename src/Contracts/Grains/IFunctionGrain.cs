namespace Dispatcher.Contracts.Grains;

/// <summary>One function; the key is its name. Lends concurrency permits to silos in blocks.</summary>
public interface IFunctionGrain
{
    /// <summary>
    /// Lends permits to a silo. The answer may be fewer than wanted, also none. The sum of what is lent never exceeds the
    /// function's concurrency.
    /// </summary>
    Task<PermitLoan> LendAsync(string silo, int wanted, CancellationToken cancellation);

    /// <summary>Gives permits back.</summary>
    Task ReturnAsync(string silo, int permits, CancellationToken cancellation);
}
