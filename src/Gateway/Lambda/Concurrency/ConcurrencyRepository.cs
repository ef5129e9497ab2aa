using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>
/// Writes what is set aside of the account's concurrency, while no function is deleted, checks that enough is left, and tells
/// the silos.
/// </summary>
internal sealed class ConcurrencyRepository(Catalog catalog, FunctionRepository functions, FunctionFinder finder, DispatcherConfig config, IChangeNotices notices)
{
    /// <summary>What is set aside now.</summary>
    public async ValueTask<AccountConcurrency> ReadAsync(CancellationToken cancellation)
        => (await catalog.Concurrency.FindAsync(AccountConcurrency.Key, cancellation))?.Value ?? AccountConcurrency.None;

    /// <summary>Reserves concurrency for a function; null takes the reservation away.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Too little would be left, or there is no such function.</exception>
    public ValueTask<AccountConcurrency> ReserveAsync(string function, int? reserved, CancellationToken cancellation) => ChangeAsync(
        function,
        account =>
        {
            var changed = account.WithReserved(function, reserved);
            var provisioned = account.ProvisionedOf(function);
            if (reserved is { } number)
            {
                Demand(number <= 0 || Left(changed) >= config.MinimumUnreservedConcurrency, "ReservedConcurrentExecutions");
                if (number < provisioned)
                {
                    throw ConcurrencyErrors.BelowProvisioned(number, provisioned);
                }
            }

            return changed;
        },
        cancellation);

    /// <summary>Sets provisioned concurrency of a version or alias (<c>name:qualifier</c>) aside; null gives it back.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">Too little would be left, or there is no such function.</exception>
    public ValueTask<AccountConcurrency> ProvisionAsync(string function, string key, int? provisioned, CancellationToken cancellation) => ChangeAsync(
        function,
        account =>
        {
            var changed = account.WithProvisioned(key, provisioned);
            if (provisioned is null)
            {
                return changed;
            }

            if (account.ReservedOf(function) is { } reserved)
            {
                return changed.ProvisionedOf(function) <= reserved ? changed : throw ConcurrencyErrors.AboveReserved();
            }

            Demand(changed.Shared(config.AccountConcurrency) >= config.MinimumUnreservedConcurrency, "ConcurrentExecutions");
            return changed;
        },
        cancellation);

    private long Left(AccountConcurrency account) => config.AccountConcurrency - account.Reserved.Values.Sum(r => (long)r);

    private void Demand(bool enough, string what)
    {
        if (!enough)
        {
            throw ConcurrencyErrors.TooLittleUnreserved(what, config.MinimumUnreservedConcurrency);
        }
    }

    private ValueTask<AccountConcurrency> ChangeAsync(
        string function, Func<AccountConcurrency, AccountConcurrency> change, CancellationToken cancellation) => functions.AloneAsync(
        async () =>
        {
            await finder.FindAsync(new(function), cancellation);
            var changed = AccountConcurrency.None;
            while (await catalog.Concurrency.UpdateAsync(AccountConcurrency.Key, one => changed = change(one), cancellation) is null
                && !await catalog.Concurrency.CreateAsync(AccountConcurrency.Key, changed = change(AccountConcurrency.None), cancellation))
            {
            }

            await notices.FunctionChangedAsync(function, CancellationToken.None);
            return changed;
        },
        cancellation);
}
