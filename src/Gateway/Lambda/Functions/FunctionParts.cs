using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Store;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>What belongs to a function and goes with it: published versions, aliases, policies, settings of events, concurrency.</summary>
internal sealed class FunctionParts(Catalog catalog)
{
    private const int ReadAtOnce = 500;

    /// <summary>The published versions of a function, the oldest first.</summary>
    public async ValueTask<List<FunctionConfig>> VersionsAsync(string function, CancellationToken cancellation)
    {
        var versions = await ReadAsync(catalog.Functions, function, cancellation);
        return [.. versions.Select(one => one.Value).OrderBy(one => long.Parse(one.Version))];
    }

    /// <summary>The aliases of a function by name.</summary>
    public async ValueTask<List<AliasConfig>> AliasesAsync(string function, CancellationToken cancellation)
        => [.. (await ReadAsync(catalog.Aliases, function, cancellation)).Select(one => one.Value)];

    /// <summary>Deletes all of them and returns the versions. It is not cancelled: half of a function is of no use.</summary>
    public async ValueTask<List<FunctionConfig>> DeleteAsync(string function)
    {
        await catalog.Policies.DeleteAsync(function, CancellationToken.None);
        await DeleteAsync(catalog.Policies, function);
        await DeleteAsync(catalog.EventInvokeConfigs, function);
        await DeleteAsync(catalog.Provisioned, function);
        await catalog.Concurrency.UpdateAsync(AccountConcurrency.Key, account => account.Without(function), CancellationToken.None);
        await DeleteAsync(catalog.Aliases, function);
        return [.. (await DeleteAsync(catalog.Functions, function)).Select(one => one.Value)];
    }

    /// <summary>Ends the provisioned concurrency of a version or alias that is deleted (<c>name:qualifier</c>).</summary>
    public async ValueTask UnprovisionAsync(string key)
    {
        await catalog.Provisioned.DeleteAsync(key, CancellationToken.None);
        await catalog.Concurrency.UpdateAsync(
            AccountConcurrency.Key, account => account.Provisioned.ContainsKey(key) ? account.WithProvisioned(key, null) : null, CancellationToken.None);
    }

    private static async ValueTask<List<Stored<T>>> DeleteAsync<T>(DocumentTable<T> table, string function)
        where T : class
    {
        var all = await ReadAsync(table, function, CancellationToken.None);
        foreach (var one in all)
        {
            await table.DeleteAsync(one.Key, CancellationToken.None);
        }

        return all;
    }

    /// <summary>All documents with a key that begins with the function and a colon; names have no colon.</summary>
    private static async ValueTask<List<Stored<T>>> ReadAsync<T>(DocumentTable<T> table, string function, CancellationToken cancellation)
        where T : class
    {
        var all = new List<Stored<T>>();
        while (true)
        {
            var page = await table.ListAsync($"{function}:", all.Count == 0 ? null : all[^1].Key, ReadAtOnce, cancellation);
            all.AddRange(page);
            if (page.Count < ReadAtOnce)
            {
                return all;
            }
        }
    }
}
