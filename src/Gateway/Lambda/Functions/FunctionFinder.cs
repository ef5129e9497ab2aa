using Dispatcher.Contracts.Configuration;
using Dispatcher.Contracts.Functions;
using Dispatcher.Contracts.Names;
using Dispatcher.Contracts.Store;
using Dispatcher.Gateway.Api;

namespace Dispatcher.Gateway.Lambda.Functions;

/// <summary>Finds the function that a request names: by name, partial ARN or ARN, with or without a qualifier.</summary>
internal sealed class FunctionFinder(Catalog catalog, DispatcherConfig config)
{
    /// <summary>The function of the members FunctionName and Qualifier.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">It is no name, or of another region or account.</exception>
    public FunctionRef Name(ApiRequest request)
    {
        var named = Name(request.Text("FunctionName")!);
        var qualifier = request.Text("Qualifier");
        return qualifier is null || named.Qualifier is null || named.Qualifier == qualifier
            ? named with { Qualifier = qualifier ?? named.Qualifier }
            : throw FunctionErrors.QualifierMismatch();
    }

    /// <summary>The function of an operation that versions and aliases do not have.</summary>
    public FunctionRef Unqualified(ApiRequest request)
    {
        var named = Name(request);
        return named.Qualifier is null or FunctionRef.Latest ? named with { Qualifier = null } : throw FunctionErrors.Qualified();
    }

    /// <summary>Reads any form of a function's name.</summary>
    public FunctionRef Name(string text)
    {
        if (!FunctionRef.TryParse(text, out var function, out var region, out var account))
        {
            throw FunctionErrors.BadName(text);
        }

        if ((region ?? config.Region) != config.Region)
        {
            throw FunctionErrors.OtherRegion(region!, config.Region);
        }

        return (account ?? config.Account) == config.Account
            ? function
            : throw FunctionErrors.NotFound(function.ToArn(config.Region, account!));
    }

    /// <summary>The document of a function or version; for an alias that of the version it points to.</summary>
    /// <exception cref="Contracts.Errors.ServiceException">There is no such function, version or alias.</exception>
    public async ValueTask<FunctionConfig> FindAsync(FunctionRef function, CancellationToken cancellation)
    {
        var version = function;
        if (function.IsAlias)
        {
            var alias = await FindAliasAsync(function, cancellation) ?? throw Missing(function);
            version = function with { Qualifier = alias.FunctionVersion };
        }

        return (await catalog.Functions.FindAsync(version.Key, cancellation))?.Value ?? throw Missing(function);
    }

    /// <summary>The alias that a qualifier names; null where there is none.</summary>
    public async ValueTask<AliasConfig?> FindAliasAsync(FunctionRef function, CancellationToken cancellation)
        => (await catalog.Aliases.FindAsync(AliasConfig.Key(function.Name, function.Qualifier!), cancellation))?.Value;

    /// <summary>The ARN of a function here, with the qualifier where there is one.</summary>
    public string Arn(FunctionRef function) => function.ToArn(config.Region, config.Account);

    /// <summary>What is answered where there is no such function.</summary>
    public Contracts.Errors.ServiceException Missing(FunctionRef function)
        => FunctionErrors.NotFound(Arn(function));
}
