using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Aliases;

/// <summary>Writes aliases, while no version they may point to can be deleted, and tells the silos of every change.</summary>
internal sealed class AliasRepository(
    Catalog catalog, FunctionRepository functions, FunctionFinder finder, FunctionParts parts, IChangeNotices notices)
{
    /// <summary>Stores a new alias; false where there is one of that name.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">One of its versions does not exist.</exception>
    public ValueTask<bool> CreateAsync(AliasConfig alias, CancellationToken cancellation) => functions.AloneAsync(
        async () =>
        {
            await AliasRouting.CheckAsync(finder, alias, cancellation);
            var key = AliasConfig.Key(alias.FunctionName, alias.Name);
            return await catalog.Aliases.CreateAsync(key, alias, CancellationToken.None) && await TellAsync(alias.FunctionName);
        },
        cancellation);

    /// <summary>Changes an alias; null where there is none. <paramref name="change"/> may refuse by throwing.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">One of its new versions does not exist, or the change was refused.</exception>
    public ValueTask<AliasConfig?> ChangeAsync(
        FunctionRef alias, Func<AliasConfig, AliasConfig> change, CancellationToken cancellation) => functions.AloneAsync(
        async () =>
        {
            if (await finder.FindAliasAsync(alias, cancellation) is not { } present)
            {
                return null;
            }

            await AliasRouting.CheckAsync(finder, change(present), cancellation);
            var key = AliasConfig.Key(alias.Name, alias.Qualifier!);
            var changed = await catalog.Aliases.UpdateAsync(key, change, CancellationToken.None);
            await TellAsync(alias.Name);
            return changed;
        },
        cancellation);

    /// <summary>Deletes an alias, its policy and its settings of events; one that is not there is deleted already, as in AWS.</summary>
    public ValueTask<bool> DeleteAsync(FunctionRef alias, CancellationToken cancellation) => functions.AloneAsync(
        async () =>
        {
            var key = AliasConfig.Key(alias.Name, alias.Qualifier!);
            await catalog.Policies.DeleteAsync(key, cancellation);
            await catalog.EventInvokeConfigs.DeleteAsync(key, cancellation);
            await parts.UnprovisionAsync(key);
            return await catalog.Aliases.DeleteAsync(key, CancellationToken.None) && await TellAsync(alias.Name);
        },
        cancellation);

    private async ValueTask<bool> TellAsync(string function)
    {
        await notices.FunctionChangedAsync(function, CancellationToken.None);
        return true;
    }
}
