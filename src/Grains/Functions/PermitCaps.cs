using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Mappings;
using Dispatcher.Contracts.Store;
using Dispatcher.Grains.Concurrency;

namespace Dispatcher.Grains.Functions;

/// <summary>How many permits there are of a key, as the store says.</summary>
internal sealed class PermitCaps(Catalog catalog, DispatcherConfig config)
{
    /// <summary>
    /// The permits of a function with a reservation, of those without one together, or of a mapping: its maximum, 0 where it has
    /// none and nobody asks. Null for a mapping that is deleted.
    /// </summary>
    public async ValueTask<int?> ReadAsync(string key, CancellationToken cancellation)
    {
        if (MappingPermits.IsKey(key))
        {
            var mapping = await catalog.Mappings.FindAsync(MappingPermits.Uuid(key), cancellation);
            return mapping is null or { Value.State: MappingState.Deleting } ? null : mapping.Value.MaximumConcurrency ?? 0;
        }

        var account = (await catalog.Concurrency.FindAsync(AccountConcurrency.Key, cancellation))?.Value ?? AccountConcurrency.None;
        return account.Cap(key, config.AccountConcurrency);
    }
}
