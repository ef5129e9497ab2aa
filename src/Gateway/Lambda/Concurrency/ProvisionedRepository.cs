using System.Text.Json.Nodes;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Concurrency;

/// <summary>Writes and shows provisioned concurrency of versions and aliases.</summary>
internal sealed class ProvisionedRepository(Catalog catalog, FunctionFinder finder, ConcurrencyRepository concurrency, IChangeNotices notices, TimeProvider time)
{
    /// <summary>The version or alias that a request names.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It names <c>$LATEST</c> or none.</exception>
    public FunctionRef Target(ApiRequest request)
    {
        var function = finder.Name(request);
        return function.IsLatest ? throw ConcurrencyErrors.NoTarget() : function;
    }

    /// <summary>The provisioned concurrency of a version or alias; null without.</summary>
    public async ValueTask<ProvisionedConfig?> FindAsync(FunctionRef target, CancellationToken cancellation)
        => (await catalog.Provisioned.FindAsync(target.ToString(), cancellation))?.Value;

    /// <summary>Sets it; the workers are started after that.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such version, it has some by another name, or too little is left.</exception>
    public async ValueTask<ProvisionedConfig> PutAsync(FunctionRef target, int workers, CancellationToken cancellation)
    {
        var version = await finder.FindAsync(target, cancellation);
        await CheckOthersAsync(target, version.Version, cancellation);
        await concurrency.ProvisionAsync(target.Name, target.ToString(), workers, cancellation);
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var config = new ProvisionedConfig { Function = target.Name, Qualifier = target.Qualifier!, Requested = workers, LastModifiedMs = nowMs };
        while (await catalog.Provisioned.UpdateAsync(
                config.Key, present => config = config with { LastModifiedMs = Math.Max(nowMs, present.LastModifiedMs + 1), Ready = present.Ready }, cancellation) is null
            && !await catalog.Provisioned.CreateAsync(config.Key, config, cancellation))
        {
        }

        await notices.FunctionChangedAsync(target.Name, CancellationToken.None);
        return config;
    }

    /// <summary>Takes it away; one that is not there is gone already, as in AWS.</summary>
    public async ValueTask DeleteAsync(FunctionRef target, CancellationToken cancellation)
    {
        await catalog.Provisioned.DeleteAsync(target.ToString(), cancellation);
        await concurrency.ProvisionAsync(target.Name, target.ToString(), null, cancellation);
    }

    /// <summary>As the API shows it.</summary>
    public static JsonObject Show(ProvisionedConfig config)
    {
        var view = new JsonObject
        {
            ["RequestedProvisionedConcurrentExecutions"] = config.Requested,
            ["AvailableProvisionedConcurrentExecutions"] = config.Allocated,
            ["AllocatedProvisionedConcurrentExecutions"] = config.Allocated,
            ["Status"] = config.Status,
            ["LastModified"] = DateTimeOffset.FromUnixTimeMilliseconds(config.LastModifiedMs)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'+0000'", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (config.Error is { } error)
        {
            view["StatusReason"] = error;
        }

        return view;
    }

    /// <summary>A version is provisioned by its number or by an alias, not by both.</summary>
    private async ValueTask CheckOthersAsync(FunctionRef target, string version, CancellationToken cancellation)
    {
        foreach (var other in await catalog.Provisioned.ListAsync($"{target.Name}:", null, Contracts.Limits.VersionPage * 20, cancellation))
        {
            var named = new FunctionRef(target.Name, other.Value.Qualifier);
            if (target.IsAlias && !named.IsAlias && named.Qualifier == version)
            {
                throw ConcurrencyErrors.VersionHasIt();
            }

            if (!target.IsAlias && named.IsAlias && (await finder.FindAliasAsync(named, cancellation))?.FunctionVersion == version)
            {
                throw ConcurrencyErrors.AliasHasIt();
            }
        }
    }
}
