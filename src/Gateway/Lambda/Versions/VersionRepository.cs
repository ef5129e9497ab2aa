using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Grains;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Lambda.Functions;

namespace Dispatcher.Gateway.Lambda.Versions;

/// <summary>Writes published versions. Nothing of a version ever changes; its number is not used again.</summary>
internal sealed class VersionRepository(
    Catalog catalog, FunctionRepository functions, FunctionFinder finder, FunctionParts parts, IChangeNotices notices)
{
    /// <summary>Publishes what is there.</summary>
    public static readonly Func<FunctionConfig, FunctionConfig> AsItIs = config => config;

    /// <summary>
    /// Publishes a function as it is now, or returns the version published last where nothing has changed since.
    /// <paramref name="make"/> gets <c>$LATEST</c>, checks it and returns what the version is to be like; it may run more
    /// than once.
    /// </summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function, or <paramref name="make"/> refused.</exception>
    public ValueTask<FunctionConfig> PublishAsync(
        string function, Func<FunctionConfig, FunctionConfig> make, CancellationToken cancellation)
        => functions.AloneAsync(() => PublishAloneAsync(new FunctionRef(function), make, cancellation), cancellation);

    /// <summary>Deletes a version, its policy and its settings of events; one that is not there is deleted already, as in AWS.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is an alias, an alias needs it, or there is no such function.</exception>
    public async ValueTask DeleteAsync(FunctionRef version, CancellationToken cancellation)
    {
        if (version.IsAlias)
        {
            throw VersionErrors.DeletesAlias();
        }

        await functions.AloneAsync(() => DeleteAloneAsync(version, cancellation), cancellation);
    }

    private async Task<FunctionConfig> PublishAloneAsync(
        FunctionRef function, Func<FunctionConfig, FunctionConfig> make, CancellationToken cancellation)
    {
        var latest = await finder.FindAsync(function, cancellation);
        var version = make(latest);
        if (await LastAsync(latest, cancellation) is { } last)
        {
            return last;
        }

        // The number is taken before the version is written, so that none is ever written twice.
        var counted = await catalog.Functions.UpdateAsync(
            function.Key,
            present =>
            {
                version = make(latest = present);
                return present with { PublishedVersion = present.PublishedVersion + 1, PublishedDigest = VersionDigest.Of(present) };
            },
            CancellationToken.None) ?? throw finder.Missing(function);
        version = version with
        {
            Version = $"{counted.PublishedVersion}",
            RevisionId = Guid.NewGuid().ToString("D"),
            PublishedVersion = 0,
            PublishedDigest = null,
            Tags = new Dictionary<string, string>(),
        };
        var key = (function with { Qualifier = version.Version }).Key;
        if (!await catalog.Functions.CreateAsync(key, version, CancellationToken.None))
        {
            throw new InvalidOperationException($"the new version {key} exists");
        }

        await notices.FunctionChangedAsync(function.Name, CancellationToken.None);
        return version;
    }

    /// <summary>The version published last, where it is still what the function is like.</summary>
    private async ValueTask<FunctionConfig?> LastAsync(FunctionConfig latest, CancellationToken cancellation)
    {
        if (latest.PublishedDigest is null || latest.PublishedDigest != VersionDigest.Of(latest))
        {
            return null;
        }

        var last = new FunctionRef(latest.Name, $"{latest.PublishedVersion}");
        return (await catalog.Functions.FindAsync(last.Key, cancellation))?.Value;
    }

    private async Task<bool> DeleteAloneAsync(FunctionRef version, CancellationToken cancellation)
    {
        if (await catalog.Functions.FindAsync(version.Name, cancellation) is null)
        {
            throw finder.Missing(version);
        }

        var aliases = await parts.AliasesAsync(version.Name, cancellation);
        var users = aliases.Where(one => one.Uses(version.Qualifier!)).Select(one => one.Name).ToArray();
        if (users.Length > 0)
        {
            throw VersionErrors.VersionInUse(users);
        }

        var gone = await catalog.Functions.FindAsync(version.Key, cancellation);
        if (gone is null || !await catalog.Functions.DeleteAsync(version.Key, CancellationToken.None))
        {
            return false;
        }

        await catalog.Policies.DeleteAsync(version.Key, CancellationToken.None);
        await catalog.EventInvokeConfigs.DeleteAsync(version.Key, CancellationToken.None);
        await parts.UnprovisionAsync(version.Key);
        await notices.FunctionChangedAsync(version.Name, CancellationToken.None);
        await functions.ForgetAsync(gone.Value, CancellationToken.None);
        return true;
    }
}
