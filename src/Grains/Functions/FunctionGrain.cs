using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Grains;

namespace Dispatcher.Grains.Functions;

/// <summary>
/// Lends a function's concurrency to silos. Loans end by themselves, so that a silo that died does not keep them for ever.
/// </summary>
internal sealed class FunctionGrain(DispatcherConfig config, TimeProvider time) : IFunctionGrain
{
    private static readonly TimeSpan LoanTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, PermitLoan> _loans = [];

    /// <inheritdoc/>
    public Task<PermitLoan> LendAsync(string silo, int wanted, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var expired in _loans.Where(l => l.Value.ExpiresMs < now).Select(l => l.Key).ToList())
        {
            _loans.Remove(expired);
        }

        var others = _loans.Where(l => l.Key != silo).Sum(l => l.Value.Permits);
        var granted = Math.Clamp(wanted, 0, config.AccountConcurrency - others);
        var loan = new PermitLoan(granted, now + (long)LoanTime.TotalMilliseconds);
        _loans[silo] = loan;
        return Task.FromResult(loan);
    }

    /// <inheritdoc/>
    public Task ReturnAsync(string silo, int permits, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(permits);
        if (_loans.TryGetValue(silo, out var loan))
        {
            _loans[silo] = loan with { Permits = Math.Max(0, loan.Permits - permits) };
        }

        return Task.CompletedTask;
    }
}
